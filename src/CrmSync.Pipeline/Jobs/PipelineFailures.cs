using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Jobs;

/// <summary>The pipeline's own failures; the connectors have registries of their own.</summary>
internal static class PipelineFailures
{
    public static Failure ConnectionNotConfigured(string connection) => new(
        FailureCategory.Stop, "pipeline.connection_not_configured",
        $"The ledger has work for the connection '{connection}', which the configuration no longer names.",
        "Put the connection back under CrmSync:Connections; its work goes on by itself.");

    public static Failure WrongAccount(string connection, string bound, string found) => new(
        FailureCategory.Stop, "pipeline.wrong_account",
        $"The connection '{connection}' belongs to account {bound}, but its credential opens account {found}; nothing was read or written there.",
        $"Give it a credential of account {bound}, or add account {found} as a connection of its own under another key.");

    public static Failure Unexpected(BatchKind kind, Exception fault) => new(
        FailureCategory.Retry, "pipeline.unexpected",
        $"A {kind} batch stopped at something that nobody foresaw ({fault.GetType().Name}).",
        "It is tried again; if it ends as a dead letter, the service log of that moment has the details.");

    public static Failure RecordGone(string objectType, string id) => new(
        FailureCategory.Gone, "write.record_gone",
        $"The record {objectType} {id} is not in the CRM any more.",
        "Nothing to do: it was deleted, archived or merged after it was read.");

    public static Failure CutByPause(string connection) => new(
        FailureCategory.Unknown, "write.cut_by_pause",
        $"Writing to '{connection}' was paused while a write waited or was under way, so it was cut off.",
        "The records are read to learn what became of it; what was not written goes out when writing is resumed.");

    public static Failure Unanswered(string objectType, string id) => new(
        FailureCategory.Unknown, "write.unanswered",
        $"The CRM's answer does not mention {objectType} {id}.",
        "The record is read to learn what became of it.");
}
