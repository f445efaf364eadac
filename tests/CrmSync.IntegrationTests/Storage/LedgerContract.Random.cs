using System.Globalization;
using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    /// <summary>
    /// Pages arrive in any order, with repeats and old versions; batches are decided, put off, left half done, committed twice; writes end in
    /// every way. At each moment the invariants hold, and once all is quiet each label in the CRM is what the last content asks for.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AnySequence_NothingIsLostAndTheLastContentWins(int seed)
    {
        var story = new RandomStory(World, new Random(seed));
        for (var step = 0; step < 60; step++)
        {
            await story.StepAsync();
            await story.CheckAsync();
        }

        await story.DrainAsync();
    }
}

/// <summary>A random life of a ledger, and what must be true of it.</summary>
internal sealed class RandomStory(LedgerWorld world, Random random)
{
    private const int Records = 5;

    private readonly Dictionary<string, int> _delivered = [];
    private readonly Dictionary<string, int> _latest = [];
    private long _decisions;
    private long _outcomes;
    private DateTimeOffset _watermark;
    private int _scans;
    private int _surprises = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task StepAsync()
    {
        switch (random.Next(5))
        {
            case 0 or 1:
                await ScanAsync();
                break;
            case 2 or 3:
                await WorkAsync(random.Next(3), chaos: true);
                break;
            default:
                await world.Ledger.GatherAsync(new Dictionary<long, int> { [world.ConnectionId] = 3 }, TimeSpan.Zero, Token);
                break;
        }
    }

    public async Task CheckAsync()
    {
        var bodies = await world.ListAsync<string>(
            "select a.external_id || ':' || t.body from activity a join activity_text t on t.activity_id = a.id order by a.external_id");
        bodies.ShouldBe(_delivered.Select(pair => $"{pair.Key}:Version {pair.Value}").Order(StringComparer.Ordinal));

        (await world.ListAsync<long>("select count(*) from decision where superseded_at is null group by activity_id, taxonomy having count(*) > 1")).ShouldBeEmpty();
        var decisions = await world.CountAsync("decision");
        var outcomes = await world.CountAsync("outcome");
        decisions.ShouldBeGreaterThanOrEqualTo(_decisions);
        outcomes.ShouldBeGreaterThanOrEqualTo(_outcomes);
        (_decisions, _outcomes) = (decisions, outcomes);

        var marks = await world.Ledger.ReadMarksAsync(world.ConnectionId, Token);
        if (marks.TryGetValue("calls", out var mark))
        {
            mark.Watermark!.Value.ShouldBeGreaterThanOrEqualTo(_watermark);
            _watermark = mark.Watermark.Value;
        }

        (await world.ListAsync<string>(
            "select target_id from intent where status in ('pending','sending','unknown') and batch_id is not null group by target_id having count(distinct batch_id) > 1"))
            .ShouldBeEmpty();
        (await world.CountAsync(
            "intent i where i.status = 'applied' and not exists (select 1 from outcome o where o.intent_id = i.id and o.status = 'sending')")).ShouldBe(0);
        (await world.CountAsync(
            """
            activity a where a.status = 'queued' and a.batch_id is not null and not exists (
              select 1 from batch b where b.id = a.batch_id and b.status in ('available','scheduled','retryable','running'))
            """)).ShouldBe(0);
    }

    /// <summary>Lets everything come to its end; at first new content still arrives while writes are on their way.</summary>
    public async Task DrainAsync()
    {
        await world.Ledger.ReleaseAsync("node-1", Token);
        _surprises = 10;
        for (var round = 0; round < 30; round++)
        {
            await world.Ledger.GatherAsync(new Dictionary<long, int> { [world.ConnectionId] = 3 }, TimeSpan.Zero, Token);
            await WorkAsync(1_000, chaos: false);
        }

        await CheckAsync();
        (await world.CountAsync("activity where status <> 'decided'")).ShouldBe(0);
        (await world.CountAsync("intent where status in ('pending','sending','unknown')")).ShouldBe(0);
        (await world.CountAsync("run where status = 'running'")).ShouldBe(0);
        var held = await world.ListAsync<string>(
            """
            select a.external_id || ':' || coalesce((
              select i.value from intent i where i.target_id = a.external_id and i.status = 'applied' order by i.id desc limit 1), '-')
            from activity a order by a.external_id
            """);
        held.ShouldBe(_delivered.Select(pair => $"{pair.Key}:{Label(pair.Value) ?? "-"}").Order(StringComparer.Ordinal));
    }

    private static string? Label(int version) => (version % 3) switch { 0 => null, 1 => "ENGAGED", _ => "ND" };

    private async Task ScanAsync()
    {
        _scans++;
        var batch = await world.StartScanAsync(to: LedgerWorld.Start.AddMinutes(random.Next(100)));
        var work = (await world.Ledger.ReadScanAsync(batch.Id, Token)).ShouldNotBeNull();
        for (var page = random.Next(3); page >= 0; page--)
        {
            var activities = Enumerable.Range(0, random.Next(1, 8)).Select(_ => NextVersion()).ToArray();
            var change = new LedgerChange
            {
                Activities = activities,
                Scan = new ScanProgress(work.ScanId, page is 0 ? null : $"{_scans}-{page}", page is 0, activities.Length, 0),
                Ending = page is 0 ? new BatchEnding.Completed() : null,
            };
            (await world.Ledger.CommitAsync(batch with { Epoch = batch.Epoch - 1 }, change, LedgerWorld.Lease, Token)).Held.ShouldBeFalse();
            await world.CommitAsync(batch, change);
            foreach (var activity in activities)
            {
                var version = int.Parse(activity.Content.Body.AsSpan("Version ".Length), CultureInfo.InvariantCulture);
                _delivered[activity.ExternalId] = Math.Max(version, _delivered.GetValueOrDefault(activity.ExternalId, -1));
            }
        }
    }

    private Pipeline.Model.CrmActivity NextVersion()
    {
        var id = $"r{random.Next(Records):00}";
        var newest = _latest[id] = _latest.GetValueOrDefault(id) + random.Next(2);
        var version = random.Next(Math.Max(0, newest - 2), newest + 1);
        return LedgerWorld.Activity(id, $"Version {version}", version);
    }

    private async Task WorkAsync(int limit, bool chaos)
    {
        var due = await world.Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow().AddHours(1), 1_000, 1_000, Token);
        foreach (var batch in due.OrderBy(_ => random.Next()).Take(limit))
        {
            if (await world.Ledger.ClaimAsync(batch.Id, "node-1", chaos && random.Next(4) is 0 ? TimeSpan.Zero : LedgerWorld.Lease, Token) is not { } claimed)
                continue;
            var change = batch.Kind is BatchKind.Write ? await WriteAsync(claimed, chaos) : await DecideAsync(claimed, chaos);
            if (chaos && random.Next(6) is 0)
                await ScanAsync();
            await world.Ledger.CommitAsync(claimed, change, LedgerWorld.Lease, Token);
            if (change.Ending is not null)
                (await world.Ledger.CommitAsync(claimed, change, LedgerWorld.Lease, Token)).Held.ShouldBeFalse();
        }
    }

    private async Task<LedgerChange> DecideAsync(ClaimedBatch batch, bool chaos)
    {
        var work = await world.Ledger.ReadActivitiesAsync(batch.Id, Token);
        var taken = work.Where(_ => !chaos || random.Next(4) > 0).ToList();
        return new LedgerChange
        {
            Decisions = [.. taken.Select(item => LedgerWorld.Decision(
                item, Label(int.Parse(item.Content.Body.AsSpan("Version ".Length), CultureInfo.InvariantCulture))))],
            Waiting = chaos ? [.. work.Except(taken).Take(1).Select(item => new WaitingActivity(item.ActivityId, item.ContentHash, LedgerWorld.Start))] : [],
            Ending = Ending(chaos),
            WriteBatchSize = 3,
        };
    }

    private async Task<LedgerChange> WriteAsync(ClaimedBatch batch, bool chaos)
    {
        var intents = await world.Ledger.ReadIntentsAsync(batch.Id, Token);
        await world.Ledger.CommitAsync(
            batch, new LedgerChange { Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Sending))] }, LedgerWorld.Lease, Token);
        if (_surprises > 0 && random.Next(2) is 0)
        {
            // Newer content arrives and is decided about while these writes are on their way.
            _surprises--;
            await ScanAsync();
            await WorkAsync(6, chaos);
        }

        IntentStatus[] endings = chaos
            ? [IntentStatus.Applied, IntentStatus.Applied, IntentStatus.Unknown, IntentStatus.Pending]
            : [IntentStatus.Applied];
        return new LedgerChange
        {
            Intents = [.. intents.Select(intent =>
                new IntentChange(intent.IntentId, endings[random.Next(endings.Length)]) { ValueAfter = intent.Value })],
            Ending = Ending(chaos),
            WriteBatchSize = 3,
        };
    }

    private BatchEnding? Ending(bool chaos) => (chaos ? random.Next(6) : 9) switch
    {
        0 => new BatchEnding.Retry(LedgerWorld.Start, "http.500", "The CRM failed."),
        1 => new BatchEnding.Snooze(LedgerWorld.Start, "quota", "Later."),
        2 => null,
        _ => new BatchEnding.Completed(),
    };
}
