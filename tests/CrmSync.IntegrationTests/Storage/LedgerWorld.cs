using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Storage;
using Dapper;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>A ledger with one connection, and the steps that tests are made of.</summary>
internal sealed class LedgerWorld(Ledger ledger, Connection connection) : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    public Ledger Ledger => ledger;

    public long ConnectionId => connection.Id;

    public static async Task<LedgerWorld> CreateAsync(Ledger ledger, WriteMode mode = WriteMode.On)
    {
        var connections = await ledger.RegisterConnectionsAsync(
            [new ConnectionSeed("hubspot-main", "hubspot", "Main portal", mode, Start.AddYears(-1))], TestContext.Current.CancellationToken);
        return new LedgerWorld(ledger, connections[0]);
    }

    public static CrmActivity Activity(string id, string body = "We talked about the offer.", int minute = 0, params Association[] links) => new()
    {
        ObjectType = "calls",
        ExternalId = id,
        Content = new ActivityContent(
            ActivityType.Call, "Call with Ada", body, new CrmEvidence { Direction = ActivityDirection.Inbound, Duration = TimeSpan.FromMinutes(3) }),
        OccurredAt = Start,
        CreatedAt = Start,
        ModifiedAt = Start.AddMinutes(minute),
        OwnerId = "7",
        Associations = links,
    };

    public async Task<ClaimedBatch> StartScanAsync(
        RunKind kind = RunKind.PollSettled, string type = "calls", DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        var (_, batches) = await ledger.StartAsync(
            new RunRequest(kind, ConnectionId, "schedule", [new ScanPlan(type, from ?? Start.AddYears(-1), to ?? Start.AddDays(1))]), Token);
        return await ClaimAsync(batches.ShouldHaveSingleItem().Id);
    }

    public async Task<ClaimedBatch> ClaimAsync(long batchId, TimeSpan? lease = null) =>
        (await ledger.ClaimAsync(batchId, "node-1", lease ?? Lease, Token)).ShouldNotBeNull();

    public async Task<CommitResult> CommitAsync(ClaimedBatch batch, LedgerChange change)
    {
        var result = await ledger.CommitAsync(batch, change, Lease, Token);
        result.Held.ShouldBeTrue();
        return result;
    }

    /// <summary>Stores activities as a run of one page; gives the classify batches.</summary>
    public Task<IReadOnlyList<BatchRef>> StoreAsync(params CrmActivity[] activities) => StoreAsync(RunKind.PollSettled, activities);

    /// <inheritdoc cref="StoreAsync(CrmActivity[])"/>
    public async Task<IReadOnlyList<BatchRef>> StoreAsync(RunKind kind, CrmActivity[] activities)
    {
        var scan = await StartScanAsync(kind);
        var work = (await ledger.ReadScanAsync(scan.Id, Token)).ShouldNotBeNull();
        var result = await CommitAsync(scan, new LedgerChange
        {
            Activities = activities,
            Scan = new ScanProgress(work.ScanId, null, true, activities.Length, 0),
            Ending = new BatchEnding.Completed(),
        });
        return [.. result.NewBatches.Where(batch => batch.Kind is BatchKind.Classify)];
    }

    /// <summary>Decides all that a classify batch covers and completes it; gives the write batches.</summary>
    public async Task<IReadOnlyList<BatchRef>> DecideAsync(
        BatchRef batch, Func<ActivityWork, IEnumerable<DecisionRow>> decide, int writeBatchSize = 100)
    {
        var claimed = await ClaimAsync(batch.Id);
        var work = await ledger.ReadActivitiesAsync(batch.Id, Token);
        var result = await CommitAsync(claimed, new LedgerChange
        {
            Decisions = [.. work.SelectMany(decide)], Ending = new BatchEnding.Completed(), WriteBatchSize = writeBatchSize,
        });
        return result.NewBatches;
    }

    public static DecisionRow Decision(ActivityWork work, string? value, bool writes = true, string taxonomy = "engagement") =>
        new(
            work.ActivityId,
            work.ContentHash,
            new LabelDecision(
                taxonomy, "1", value, writes ? value is null ? DecisionStatus.Abstained : DecisionStatus.Decided : DecisionStatus.Unsure, 0.9, "rules",
                [new Evidence("call-connected", "The call was answered.", 3, 4)], "rules-1"),
            writes ? new PlannedWrite(taxonomy is "engagement" ? "trueai_engaged" : "crmsync_stage", value) : null);

    /// <summary>Stores one version of an activity and decides it.</summary>
    public async Task LabelAsync(string id, int minute, string? value, bool writes = true)
    {
        foreach (var batch in await StoreAsync(Activity(id, $"Version {minute}", minute)))
            await DecideAsync(batch, work => [Decision(work, value, writes)]);
    }

    public async Task<ClaimedBatch> GatherWriteAsync()
    {
        var made = await ledger.GatherAsync(new Dictionary<long, int> { [ConnectionId] = 100 }, TimeSpan.Zero, Token);
        return await ClaimAsync(made.Where(batch => batch.Kind is BatchKind.Write).ShouldHaveSingleItem().Id);
    }

    /// <summary>Writes all that is pending, the way a runner does.</summary>
    public async Task WriteAsync(IntentStatus ends = IntentStatus.Applied)
    {
        var batch = await GatherWriteAsync();
        var intents = await ledger.ReadIntentsAsync(batch.Id, Token);
        await CommitAsync(batch, new LedgerChange { Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Sending))] });
        await CommitAsync(batch, new LedgerChange
        {
            Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, ends) { ValueAfter = intent.Value })],
            Ending = new BatchEnding.Completed(),
        });
    }

    public async Task<IReadOnlyList<string>> IntentsAsync() => await ListAsync<string>(
        "select status || ':' || coalesce(value, '-') from intent order by id");

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql)
    {
        await using var reader = await ledger.OpenReadAsync(Token);
        return [.. await reader.QueryAsync<T>(sql)];
    }

    public async Task<long> CountAsync(string what) => (await ListAsync<long>($"select count(*) from {what}")).Single();

    public async Task<RunSummary> RunAsync(long runId) => (await ledger.FindAsync(runId, Token)).ShouldNotBeNull();

    /// <summary>Sets the write mode as an operator named ada.</summary>
    public Task<ModeOutcome> SetModeAsync(WriteMode? mode, string? reason = null, DateTimeOffset? resumeAt = null) =>
        ledger.SetWriteModeAsync(ConnectionId, new ModeChange(mode, "ada") { Reason = reason, ResumeAt = resumeAt }, Token);

    public ValueTask DisposeAsync() => ledger.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
