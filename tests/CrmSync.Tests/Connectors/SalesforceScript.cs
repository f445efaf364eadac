using CrmSync.Connectors;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Polling;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.Tests.Connectors;

/// <summary>
/// An org that answers by what it is asked for, not in an order: sign-in, versions and describe by themselves, everything else by the first route whose words are all in
/// method, address and body. What no route knows is a 404.
/// </summary>
internal sealed class SalesforceScript : IDisposable
{
    public const string Org = "00D000000000001EAA";
    public const string User = "005000000000001AAA";

    public static readonly ScanWindow Tasks = new("Task", new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));

    private readonly List<(string[] Words, Queue<(int Status, string Body, (string, string)[] Headers)> Answers)> _routes = [];
    private SalesforceConnector? _connector;

    public SalesforceScript()
    {
        Crm.Otherwise = Answer;
        Describe("Task", "SystemModstamp", "Subject", "Description", "TaskSubtype", "Type", "WhoId", "WhatId", "AccountId", "OwnerId", "CreatedDate", "IsRecurrence");
    }

    public ScriptedCrm Crm { get; } = new();

    public JumpingClock Clock { get; } = new();

    public SalesforceOptions Options { get; } = new()
    {
        LoginAddress = new Uri("https://example.my.salesforce.com"), ClientId = "key", ClientSecret = "hush-hush",
    };

    public ConnectorStores? Stores { get; set; }

    public Dictionary<string, string> Described { get; } = [];

    public SalesforceConnector Connector =>
        _connector ??= SalesforceConnector.Create(
            Options, "salesforce-test", Clock, NullLoggerFactory.Instance, Stores ?? ConnectorStores.InProcess(Clock), Crm);

    /// <summary>Requests whose method, decoded address and body hold all the words, in the order in which they were sent.</summary>
    public IReadOnlyList<SentRequest> Sent(params string[] words) => [.. Crm.Sent.Where(request => words.All(Text(request).Contains))];

    /// <summary>Decoded query of a request.</summary>
    public static string Soql(SentRequest request) => Uri.UnescapeDataString(request.PathAndQuery.Split("q=")[1]);

    public SalesforceScript Describe(string type, params string[] fields)
    {
        Described[type] = $"{{\"fields\":[{string.Join(',', fields.Prepend("Id").Select(Field))}]}}";
        return this;
    }

    /// <summary>Rows for a query that holds all the words.</summary>
    public SalesforceScript Rows(string rows, params string[] words) =>
        On(200, $"{{\"totalSize\":1,\"done\":true,\"records\":[{rows}]}}", words);

    public SalesforceScript On(int status, string body, params string[] words) => On(words, (status, body, []));

    /// <summary>Answers one after the other; the last one stays.</summary>
    public SalesforceScript On(string[] words, params (int Status, string Body, (string, string)[] Headers)[] answers)
    {
        _routes.Add((words, new(answers)));
        return this;
    }

    public void Dispose()
    {
        _connector?.Dispose();
        Crm.Dispose();
    }

    // "Label__c:picklist=A/B" is an editable picklist, "Label__c:string" an editable text, "Label__c" a field to read.
    private static string Field(string field)
    {
        var parts = field.Split(':');
        if (parts.Length == 1)
            return $$"""{"name":"{{field}}","type":"string","updateable":false}""";
        var type = parts[1].Split('=');
        var values = type.Length == 1 ? "" : string.Join(',', type[1].Split('/').Select(value => $$"""{"value":"{{value}}","active":true}"""));
        return $$"""{"name":"{{parts[0]}}","type":"{{type[0]}}","updateable":true,"picklistValues":[{{values}}]}""";
    }

    private HttpResponseMessage Answer(SentRequest request)
    {
        var text = Text(request);
        foreach (var (words, answers) in _routes)
        {
            if (!words.All(text.Contains))
                continue;
            var (status, body, headers) = answers.Count > 1 ? answers.Dequeue() : answers.Peek();
            return ScriptedCrm.Answer(status, body, headers);
        }

        if (text.Contains("oauth2/token"))
        {
            return ScriptedCrm.Answer(200, $$"""
                {"access_token":"{{Org}}!secret{{Crm.Sent.Count}}","instance_url":"https://example.my.salesforce.com","id":"https://login.salesforce.com/id/{{Org}}/{{User}}"}
                """);
        }

        if (request.PathAndQuery == "/services/data/")
            return ScriptedCrm.Answer(200, """[{"version":"65.0"},{"version":"66.0"},{"version":"67.0"}]""");
        if (text.Contains("/describe") && Described.TryGetValue(request.PathAndQuery.Split('/')[^2], out var fields))
            return ScriptedCrm.Answer(200, fields);
        return ScriptedCrm.Answer(404, """[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]""");
    }

    private static string Text(SentRequest request) => $"{request.Method} {Uri.UnescapeDataString(request.PathAndQuery)} {request.Body}";
}
