using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Previews;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class PreviewHandlerTests : IPreviewStore
{
    private readonly FakeLedger _ledger = new();
    private readonly List<IntentWork> _waiting = [];
    private readonly HashSet<long> _looked = [];

    public Task<PreviewPage> ReadPreviewPageAsync(long runId, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<IntentWork> page = [.. _waiting.Where(intent => !_looked.Contains(intent.IntentId)).Take(limit)];
        return Task.FromResult(new PreviewPage(page, page.Count == 0 ? 99 : page.Max(intent => intent.IntentId)));
    }

    private void Given(string id, string? value, string type = "notes", string? now = null, string? shadow = null, bool exists = true)
    {
        if (exists)
            _ledger.Crm.Records[id] = new() { ["stage"] = now, ["stage_auto"] = shadow };
        _waiting.Add(new IntentWork
        {
            IntentId = _waiting.Count + 1, DecisionId = 70 + _waiting.Count, Status = IntentStatus.Pending, TargetType = type, TargetId = id, Property = "stage", Value = value,
            Confidence = 0.9, Reason = "", TaxonomyVersion = "1", ModelVersion = "1", DecidedAt = DateTimeOffset.UnixEpoch, OurValues = [], Attempt = 0,
        });
    }

    private async Task<List<LedgerChange>> RunAsync()
    {
        var handler = new PreviewHandler(this, new FailurePolicy(new RunnerOptions { Node = "test" }, TimeProvider.System), new RequestMeter());
        var context = new BatchContext(
            new ClaimedBatch(1, BatchKind.Preview, 1, 7, 1, 1, TimeProvider.System.GetUtcNow().AddMinutes(3)), _ledger.Connection, _ledger.Crm, TimeProvider.System);
        var changes = new List<LedgerChange>();
        await foreach (var change in handler.HandleAsync(context, TestContext.Current.CancellationToken))
        {
            changes.Add(change);
            _looked.UnionWith(change.Preview?.Rows.Select(row => row.IntentId) ?? []);
        }
        return changes;
    }

    private static List<PreviewRow> Rows(List<LedgerChange> changes) => [.. changes.SelectMany(change => change.Preview?.Rows ?? []).OrderBy(row => row.IntentId)];

    [Fact]
    public async Task Handle_WaitingWrites_AreJudgedByTheGuardsRulesAndNothingIsSentOrMoved()
    {
        Given("blank", "Demo");
        Given("ours", "Demo", now: "Discovery", shadow: "Discovery");
        Given("there", "Demo", now: "Demo", shadow: "Demo");
        Given("theirs", "Demo", now: "Closed Won", shadow: "Discovery");
        Given("gone", "Demo", exists: false);
        _ledger.Crm.Origins["theirs"] = new ValueOrigin(ValueActor.Human, DateTimeOffset.UnixEpoch.AddDays(1), "userId:12");
        _ledger.Connection = _ledger.Connection with { WriteMode = WriteMode.Paused };

        var changes = await RunAsync();

        Rows(changes).ShouldBe(
        [
            new PreviewRow(1, 70, "Demo", PreviewVerdict.Write, null, null, null),
            new PreviewRow(2, 71, "Demo", PreviewVerdict.Write, "Discovery", "Discovery", null),
            new PreviewRow(3, 72, "Demo", PreviewVerdict.Unchanged, "Demo", "Demo", null),
            new PreviewRow(4, 73, "Demo", PreviewVerdict.Kept, "Closed Won", "Discovery", _ledger.Crm.Origins["theirs"]),
            new PreviewRow(5, 74, "Demo", PreviewVerdict.Gone, null, null, null),
        ]);
        _ledger.Crm.Writes.ShouldBeEmpty();
        changes.ShouldAllBe(change => change.Intents.Count == 0);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>();
        changes.Sum(change => change.Requests).ShouldBe(2, "one read of the records, one of a history");
    }

    [Fact]
    public async Task Handle_ManyRecordsOfTwoTypes_AreReadTypeByTypeInBatchesOfTheCrm()
    {
        for (var id = 0; id < 250; id++)
            Given($"{id}", "Demo", type: id % 5 == 0 ? "calls" : "notes");

        var changes = await RunAsync();

        _ledger.Crm.Reads.Select(read => (read.ObjectType, read.Ids.Count)).ShouldBe([("calls", 50), ("notes", 100), ("notes", 100)]);
        Rows(changes).Count.ShouldBe(250);
        changes.Select(change => change.Preview?.Position).OfType<long>().ShouldBe([250, 99]);
    }

    [Fact]
    public async Task Handle_CrmSaysWait_WaitsAndKeepsWhatItHasFound()
    {
        Given("1", "Demo", type: "calls");
        Given("2", "Demo");
        var stopping = new Failure(FailureCategory.Wait, "hubspot.rate_limited", "Too fast.", "Wait.") { NotBefore = TimeProvider.System.GetUtcNow().AddMinutes(1) };
        _ledger.Crm.OnRead = count => count == 2 ? stopping : null;

        var first = await RunAsync();
        first[^1].Ending.ShouldBeOfType<BatchEnding.Snooze>();
        Rows(first).ShouldHaveSingleItem().IntentId.ShouldBe(1);
        first.ShouldAllBe(change => change.Preview == null || change.Preview.Position == null, "a page that is not whole is not passed");

        Rows(await RunAsync()).ShouldHaveSingleItem().IntentId.ShouldBe(2, "the first is not read again");
    }

    [Fact]
    public async Task Handle_NothingWaits_EndsAtOnce()
    {
        var change = (await RunAsync()).ShouldHaveSingleItem();
        change.Preview.ShouldNotBeNull().Position.ShouldBe(99);
        change.Ending.ShouldBeOfType<BatchEnding.Completed>();
    }
}
