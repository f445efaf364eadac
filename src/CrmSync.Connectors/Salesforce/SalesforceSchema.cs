using System.Collections.Concurrent;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// What our user sees of an object's fields. Asked once an hour, or when something that should be there is not. Thread-safe.
/// </summary>
internal sealed class SalesforceSchema(SalesforceClient client, string key, TimeProvider time, ILogger logger)
{
    private static readonly IReadOnlyDictionary<string, SalesforceField> Nothing = new Dictionary<string, SalesforceField>();
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, (IReadOnlyDictionary<string, SalesforceField> Fields, DateTimeOffset ReadAt)> _known = new();

    private readonly ConcurrentDictionary<string, DateTimeOffset> _missing = new();

    /// <summary>Fields by name, whatever the case.</summary>
    /// <param name="type">The object.</param>
    /// <param name="freshest">How old the knowledge may be; null for the usual hour.</param>
    /// <param name="token">Stops the call.</param>
    public async Task<Result<IReadOnlyDictionary<string, SalesforceField>>> FieldsAsync(string type, TimeSpan? freshest, CancellationToken token)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(type, out var known) && now - known.ReadAt < (freshest ?? Lifetime))
            return Result.Success(known.Fields);
        var answer = await client.DescribeAsync(type, token);
        if (!answer.Succeeded)
        {
            // What was known of an object that is gone must not outlive it.
            if (answer.Failure.Code == SalesforceFailures.ObjectMissing.Code)
                _known.TryRemove(type, out _);
            return answer.Failure;
        }

        var fields = new Dictionary<string, SalesforceField>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in answer.Value.Body.Items("fields"))
        {
            if (field.Filled("name") is { } name)
                fields[name] = SalesforceField.Of(field);
        }

        _known[type] = (fields, now);
        return fields;
    }

    /// <summary>Fields of an object that not every org has; empty where it is not there or not visible.</summary>
    public async Task<Result<IReadOnlyDictionary<string, SalesforceField>>> VisibleAsync(
        string type, CancellationToken token, TimeSpan? freshest = null)
    {
        if (_missing.TryGetValue(type, out var asked) && time.GetUtcNow() - asked < (freshest ?? Lifetime))
            return Result.Success(Nothing);
        var fields = await FieldsAsync(type, freshest, token);
        if (fields.Succeeded || fields.Failure.Code != SalesforceFailures.ObjectMissing.Code)
            return fields;
        if (!_missing.ContainsKey(type))
            SalesforceLog.ObjectLeftOut(logger, key, type);
        _missing[type] = time.GetUtcNow();
        return Result.Success(Nothing);
    }

    /// <summary>What is known already, without asking; null where it is not.</summary>
    public IReadOnlyDictionary<string, SalesforceField>? Known(string type) => _known.TryGetValue(type, out var known) ? known.Fields : null;

    /// <summary>
    /// The field that says when a row last changed: SystemModstamp moves on automated changes, too; LastModifiedDate only where there is no
    /// other.
    /// </summary>
    public static string StampField(IReadOnlyDictionary<string, SalesforceField> visible) =>
        !visible.ContainsKey("SystemModstamp") && visible.ContainsKey("LastModifiedDate") ? "LastModifiedDate" : "SystemModstamp";

    /// <summary>Forgets everything, because set-up has changed it.</summary>
    public void Forget()
    {
        _known.Clear();
        _missing.Clear();
    }
}

/// <summary>A field as describe shows it.</summary>
/// <param name="Type">string, picklist, double, datetime, …</param>
/// <param name="Updateable">Whether our user may edit it.</param>
/// <param name="Values">Active picklist values.</param>
internal sealed record SalesforceField(string? Type, bool Updateable, IReadOnlySet<string> Values)
{
    /// <summary>Whether our user may fill it in a new record.</summary>
    public bool Createable { get; init; }

    /// <summary>Reads one field of a describe answer.</summary>
    public static SalesforceField Of(JsonElement field) => new(
        field.Text("type"), field.IsTrue("updateable"),
        field.Items("picklistValues").Where(value => value.IsTrue("active")).Select(value => value.Text("value")).OfType<string>()
            .ToHashSet(StringComparer.Ordinal)) { Createable = field.IsTrue("createable") };
}
