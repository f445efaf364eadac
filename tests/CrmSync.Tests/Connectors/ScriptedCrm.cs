using System.Net;
using System.Text;
using System.Text.Json;

namespace CrmSync.Tests.Connectors;

/// <summary>One request as a connector sent it.</summary>
internal sealed record SentRequest(string Method, string PathAndQuery, string Body, string? Authorization)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>A CRM behind the socket handler: keeps what is sent, answers what the test says, in order or by a rule.</summary>
internal sealed class ScriptedCrm : HttpMessageHandler
{
    private readonly Queue<Func<SentRequest, CancellationToken, Task<HttpResponseMessage>>> _answers = new();

    public List<SentRequest> Sent { get; } = [];

    public Func<SentRequest, HttpResponseMessage>? Otherwise { get; set; }

    public ScriptedCrm Then(HttpStatusCode status, string body, params (string Name, string Value)[] headers) =>
        Then(_ => Answer((int)status, body, headers));

    public ScriptedCrm Then(int status, string body, params (string Name, string Value)[] headers) => Then(_ => Answer(status, body, headers));

    public ScriptedCrm Then(Func<SentRequest, HttpResponseMessage> answer)
    {
        _answers.Enqueue((request, _) => Task.FromResult(answer(request)));
        return this;
    }

    public ScriptedCrm ThenThrow(Exception exception)
    {
        _answers.Enqueue((_, _) => Task.FromException<HttpResponseMessage>(exception));
        return this;
    }

    public static HttpResponseMessage Answer(int status, string body, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var sent = new SentRequest(request.Method.Method, request.RequestUri!.PathAndQuery, body, request.Headers.Authorization?.ToString());
        lock (Sent)
            Sent.Add(sent);
        if (_answers.TryDequeue(out var answer))
            return await answer(sent, cancellationToken);
        return Otherwise?.Invoke(sent) ?? throw new InvalidOperationException($"The test scripted no answer to {sent.Method} {sent.PathAndQuery}.");
    }
}
