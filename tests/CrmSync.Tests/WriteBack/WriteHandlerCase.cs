using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Tests.Testing;
using Xunit;

namespace CrmSync.Tests.WriteBack;

/// <summary>A write handler before a ledger and a CRM in memory.</summary>
public abstract class WriteHandlerCase
{
    private static readonly RunnerOptions Runner = new() { Node = "test" };
    private protected readonly FakeLedger Ledger = new();

    private protected IntentWork Given(string id, string? value, string property = "stage", IntentStatus status = IntentStatus.Pending, string? before = null, params string?[] ours)
    {
        if (!Ledger.Crm.Records.ContainsKey(id))
            Ledger.Crm.Records[id] = [];
        var intent = new IntentWork
        {
            IntentId = Ledger.Intents.Count + 1, Status = status, TargetType = "notes", TargetId = id, Property = property, Value = value,
            ValueBefore = before, Confidence = 0.934, Reason = "The buyer wrote back.", TaxonomyVersion = "1", ModelVersion = "rules-1",
            DecidedAt = DateTimeOffset.UnixEpoch, OurValues = ours, Attempt = 0,
        };
        Ledger.Intents.Add(intent);
        return intent;
    }

    private protected WriteHandler Handler(WriteBackOptions? options = null)
    {
        var meter = new RequestMeter();
        return new WriteHandler(
            Ledger, new ConnectionDirectory(Ledger, Ledger), new FailurePolicy(Runner, TimeProvider.System), meter,
            new RaceWatch(options ?? new WriteBackOptions(), meter, TimeProvider.System));
    }

    private protected async Task<List<LedgerChange>> RunAsync(WriteBackOptions? options = null, TimeProvider? clock = null)
    {
        var handler = Handler(options);
        var now = TimeProvider.System.GetUtcNow();
        var context = new BatchContext(new ClaimedBatch(1, BatchKind.Write, 1, 1, 1, 1, now.AddMinutes(3)), Ledger.Connection, Ledger.Crm, clock ?? TimeProvider.System);
        var changes = new List<LedgerChange>();
        await foreach (var change in handler.HandleAsync(context, TestContext.Current.CancellationToken))
            changes.Add(change);
        return changes;
    }

    private protected static IntentStatus Final(IEnumerable<LedgerChange> changes, IntentWork intent) =>
        changes.SelectMany(change => change.Intents).Last(change => change.IntentId == intent.IntentId).Status;

    private protected static RecordWriteResult Refused(RecordWrite write, FailureCategory category) =>
        new(write.ExternalId, new Failure(category, "test.refused", "Refused.", "None."));
}
