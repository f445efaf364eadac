using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>A program in the middle of its work on both CRMs, for scripts in which one of them breaks until somebody mends it.</summary>
public sealed class LastingFaultHouse : IAsyncLifetime
{
    private const int Activities = 60;
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(110);
    private readonly Dictionary<(string Kind, string Target), SeedActivity> _samples = [];
    private readonly Dictionary<(string Kind, string Target), string> _targets = [];
    private ServiceUnderTest? _service;
    private HostProcess? _host;

    internal ServiceUnderTest Service => _service ?? throw new InvalidOperationException("The house is not open yet.");

    internal HostProcess Host => _host ?? throw new InvalidOperationException("The house is not open yet.");

    internal HubSpotSimulator HubSpot => Service.Crms.HubSpot;

    internal CrmSync.Simulator.Salesforce.SalesforceSimulator Salesforce => Service.Crms.Salesforce;

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        _service = await ServiceUnderTest.CreateAsync(
            Activities, token, manner: new ServiceManner { HubSpotApp = new HubSpotOAuthApp("sim-app", "sim-app-secret", "sim-app-refresh") });
        _host = _service.StartHost();
        await Eventually.IsTrueAsync(() => _service.IsSyncedAsync(token), $"the first synchronisation ends. It said: {_host.Output}", TimeSpan.FromMinutes(3), token);
        await ChooseSamplesAsync(token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_service is not null)
            await _service.DisposeAsync();
    }

    internal ISimulatedCrm Other(ISimulatedCrm crm) => Service.Crms.All.Single(other => other.Kind != crm.Kind);

    internal static FaultBoard DialsOf(ISimulatedCrm crm) => ((ISimulatorControls)crm).Dials;

    internal static string LabelOf(ISimulatedCrm crm) => TaxonomySet.LoadShipped()["engagement"].Properties[crm.Kind];

    /// <summary>A rep logs something that is sure to get a label; by default one that stands on the activity itself.</summary>
    internal SimulatedRecord Add(ISimulatedCrm crm, string target = "")
    {
        var sample = _samples[(crm.Kind, target)];
        return crm.Add(sample with { OccurredAt = TimeProvider.System.GetUtcNow().AddSeconds(-1) });
    }

    /// <summary>The record on which the label of such a thing stands.</summary>
    internal string? TargetOf(ISimulatedCrm crm, string target) => _targets.GetValueOrDefault((crm.Kind, target));

    /// <summary>Whether there is such a thing to log.</summary>
    internal bool Has(ISimulatedCrm crm, string target) => _samples.ContainsKey((crm.Kind, target));

    /// <summary>The label that a record holds now.</summary>
    internal static string? Label(ISimulatedCrm crm, SimulatedRecord record) => crm.Find(record.ObjectType, record.Id)?.Properties.GetValueOrDefault(LabelOf(crm));

    internal Task IsLabelledAsync(ISimulatedCrm crm, SimulatedRecord record, CancellationToken token) => WaitAsync(
        () => Task.FromResult(!string.IsNullOrEmpty(Label(crm, record))), $"{crm.Kind} {record.ObjectType} {record.Id} gets its label", token);

    /// <summary>Waits until the ledger names a reason that is newer than a mark.</summary>
    internal Task IsSaidAsync(ISimulatedCrm crm, string code, Mark since, CancellationToken token) => WaitAsync(
        async () => (await SaidAsync(crm, since, token)).Contains(code), $"the ledger says {code} about {crm.Kind}", token);

    /// <summary>Every code that the ledger has noted about a CRM since a mark.</summary>
    internal async Task<IReadOnlyList<string>> SaidAsync(ISimulatedCrm crm, Mark since, CancellationToken token) => await Service.AskAsync<string>(
        """
        select distinct l.code from run_log l join connection c on c.id = l.connection_id where c.kind = @Kind and l.id > @Log
        union
        select distinct o.code from outcome o join intent i on i.id = o.intent_id join connection c on c.id = i.connection_id
        where c.kind = @Kind and o.id > @Outcome and o.code is not null
        """,
        new { crm.Kind, since.Log, since.Outcome }, token);

    internal async Task<Mark> MarkAsync(CancellationToken token) => (await Service.AskAsync<Mark>(
        "select (select coalesce(max(id), 0) from run_log) as Log, (select coalesce(max(id), 0) from outcome) as Outcome", null, token))[0];

    /// <summary>How the label of a record ended: status, code and the CRM's own words of its newest write.</summary>
    internal async Task<Ending?> EndingAsync(ISimulatedCrm crm, SimulatedRecord record, CancellationToken token) => (await Service.AskAsync<Ending>(
        """
        select i.status as Status, i.code as Code, o.message as Message, o.remote_message as Words
        from intent i join connection c on c.id = i.connection_id join activity a on a.id = i.activity_id join outcome o on o.intent_id = i.id
        where c.kind = @Kind and a.object_type = @ObjectType and a.external_id = @Id and i.taxonomy = 'engagement'
        order by o.id desc limit 1
        """,
        new { crm.Kind, record.ObjectType, record.Id }, token)) is [var ending] ? ending : null;

    internal Task HasEndedAsync(ISimulatedCrm crm, SimulatedRecord record, string status, CancellationToken token) => WaitAsync(
        async () => (await EndingAsync(crm, record, token))?.Status == status, $"the label of {crm.Kind} {record.ObjectType} {record.Id} ends as {status}", token);

    /// <summary>Waits until nothing is to be decided or written any more.</summary>
    internal Task IsQuietAsync(CancellationToken token) => WaitAsync(
        async () => (await Service.ReadProgressAsync(token)).All(progress => progress is { Queued: 0, OpenIntents: 0, Dead: 0 }), "nothing is left to do", token);

    internal Task WaitAsync(Func<Task<bool>> condition, string what, CancellationToken token) =>
        Eventually.IsTrueAsync(condition, $"{what}. It said: {(Host.Output.Length > 4_000 ? Host.Output[^4_000..] : Host.Output)}", Patience, token);

    private async Task ChooseSamplesAsync(CancellationToken token)
    {
        foreach (var (crm, world) in Service.Crms.All.Zip(Service.Crms.Worlds))
        {
            var labelled = await Service.AskAsync<(string Type, string Id, string Target, string TargetId)>(
                """
                select a.object_type, a.external_id, case when i.target_type = a.object_type and i.target_id = a.external_id then '' else i.target_type end, i.target_id
                from intent i join activity a on a.id = i.activity_id join connection c on c.id = i.connection_id
                where c.kind = @Kind and i.taxonomy = 'engagement' and i.status in ('applied', 'unchanged') and i.value is not null
                  and a.object_type <> 'Event' and (a.type = 'call' or (a.type in ('note', 'email') and i.target_type <> a.object_type))
                order by i.id
                """,
                new { crm.Kind }, token);
            foreach (var (type, id, target, targetId) in labelled)
            {
                if (crm.Find(type, id)?.SourceId is { } source && world.Activities.FirstOrDefault(activity => activity.SourceId == source) is { } sample
                    && _samples.TryAdd((crm.Kind, target), sample))
                    _targets[(crm.Kind, target)] = targetId;
            }
            Has(crm, "").ShouldBeTrue($"the world of {crm.Kind} has a call with a label");
        }
    }

    /// <summary>The ends of two tables.</summary>
    internal sealed record Mark(long Log, long Outcome);

    internal sealed record Ending(string Status, string? Code, string? Message, string? Words);
}
