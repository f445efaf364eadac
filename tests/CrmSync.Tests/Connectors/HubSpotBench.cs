using System.Globalization;
using CrmSync.Connectors;
using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CrmSync.Tests.Connectors;

/// <summary>A HubSpot connector before a scripted account; each test class says what the account answers.</summary>
public abstract class HubSpotBench : IDisposable
{
    private protected const string None = """{"total":0,"results":[]}""";
    private readonly List<HubSpotConnector> _made = [];

    private protected JumpingClock Clock { get; } = new();

    private protected ScriptedCrm Crm { get; } = new();

    private protected HubSpotOptions Options { get; set; } = new() { Token = "pat-na1-secret-of-the-test" };

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static LabelProperty Label { get; } = new("engagement", "trueai_engaged", "Engaged", "Whether the prospect took part.",
        [new("ENGAGED", "Took part."), new("ND", "Cannot be told.")]);

    public void Dispose()
    {
        _made.ForEach(connector => connector.Dispose());
        Crm.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected HubSpotConnector Sut(ConnectorStores? stores = null)
    {
        var connector = HubSpotConnector.Create(Options, "hubspot-test", Clock, NullLoggerFactory.Instance, stores ?? ConnectorStores.InProcess(Clock), Crm);
        _made.Add(connector);
        return connector;
    }

    /// <summary>Answers by the first rule whose part stands in "METHOD path".</summary>
    private protected void Answers(params (string Part, int Status, string Body)[] rules) => Crm.Otherwise = request =>
    {
        var (_, status, body) = rules.FirstOrDefault(rule => $"{request.Method} {request.PathAndQuery}".Contains(rule.Part, StringComparison.Ordinal));
        return body is null
            ? throw new InvalidOperationException($"The test says no answer to {request.Method} {request.PathAndQuery} {request.Body}.")
            : ScriptedCrm.Answer(status, body);
    };

    private protected int Sent(string part) =>
        Crm.Sent.Count(request => $"{request.Method} {request.PathAndQuery}".Contains(part, StringComparison.Ordinal));

    private protected static ScanWindow Window(string type) => new(type, Date("2026-11-01T00:00:00Z"), Date("2026-11-20T00:00:00Z"));

    private protected static DateTimeOffset Date(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
