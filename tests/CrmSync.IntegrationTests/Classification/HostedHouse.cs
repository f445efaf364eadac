using Azure.Core;
using CrmSync.Connectors.AzureOpenAI;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;
using CrmSync.Tests.Connectors;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CrmSync.IntegrationTests.Classification;

/// <summary>An auditor on the real connector in front of a simulated Azure OpenAI.</summary>
internal sealed class HostedHouse : IAsyncDisposable
{
    public const string Deployment = "crmsync-mini";

    public static readonly TaxonomySet Taxonomies = TaxonomySet.LoadShipped();

    private HostedHouse(ModelSimulator simulator, MovableClock clock)
    {
        Simulator = simulator;
        Clock = clock;
        Model = Connect(ModelSimulatorOptions.DefaultKey);
    }

    public ModelSimulator Simulator { get; }

    public MovableClock Clock { get; }

    public AzureOpenAiModel Model { get; }

    /// <summary>The connector's clock: waits jump.</summary>
    public JumpingClock Waits { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<HostedHouse> StartAsync(ModelSimulatorOptions? options = null)
    {
        var clock = new MovableClock(TimeProvider.System);
        var start = options ?? new ModelSimulatorOptions { ErrorRate = 0, QuotasOn = false };
        return new HostedHouse(await ModelSimulator.StartAsync(start with { Marking = start.Marking ?? new ModelDataMarking("<data-*>", "</data-*>") }, clock, Token), clock);
    }

    public AzureOpenAiModel Connect(string key) => AzureOpenAiModel.Create(
        new AzureOpenAiOptions { Endpoint = Simulator.BaseAddress, Key = key }, Waits, NullLoggerFactory.Instance);

    public AzureOpenAiModel Connect(TokenCredential credential) => AzureOpenAiModel.Create(
        new AzureOpenAiOptions { Endpoint = new Uri(Simulator.BaseAddress, "openai/v1"), UseEntraId = true }, Waits, NullLoggerFactory.Instance, credential, null);

    public Auditor Auditor(HostedOptions? options = null, AuditDefences? defences = null, IHostedModel? model = null) => new(
        model ?? Model, Taxonomies, options ?? new HostedOptions { ConcurrentCalls = 1 }, CascadeOptions.Default, null, null, new AuditTokens([1, 2, 3]),
        defences ?? AuditDefences.All);

    public async ValueTask DisposeAsync()
    {
        Model.Dispose();
        await Simulator.DisposeAsync();
    }

    /// <summary>Authored rows that say something, spread over all writers.</summary>
    public static IReadOnlyList<AuthoredRow> Rows(int count)
    {
        AuthoredRow[] all = [.. AuthoredRows.All.Where(row => row.Body.Length > 80)];
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)])];
    }

    public static AuditItem Item(AuthoredRow row, long reference, string attack = "", params string[] taxonomies)
    {
        var evidence = new CrmEvidence { Direction = row.Direction is null ? null : Enum.Parse<ActivityDirection>(row.Direction, ignoreCase: true) };
        var content = new ActivityContent(Enum.Parse<ActivityType>(row.Type, ignoreCase: true), row.Subject, attack.Length == 0 ? row.Body : $"{row.Body}\n\n{attack}", evidence);
        return new AuditItem(reference, content, ActivityZoner.Zone(content),
        [
            .. (taxonomies.Length == 0 ? ["stage"] : taxonomies).Select(id => new LabelDecision(id, Taxonomies[id].Version, null, DecisionStatus.Unsure, 0.3, "rules", [], "rules-1")),
        ]);
    }

    /// <summary>The label id that the author gave; null for none.</summary>
    public static string? Truth(AuthoredRow row, string taxonomy) => Taxonomies[taxonomy].FindByValue(taxonomy == "stage" ? row.Stage : row.Engagement)?.Id;

    public static bool IsRight(AuditAnswer answer, IReadOnlyList<AuthoredRow> rows) =>
        answer.Decision is { } decision && decision.Label == Truth(rows[(int)answer.Ref], answer.Taxonomy);
}
