using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Erasure;

/// <summary>Why something cannot be erased.</summary>
public static class ErasureFailures
{
    /// <summary>The type is none that the ledger knows of this connection, most likely a typing error.</summary>
    public static Failure UnknownType(string given, string connection, IReadOnlyList<string> known) => Reject(
        "erasure.unknown_type",
        $"The connection {connection} has no records of the type \"{given}\".",
        known.Count > 0 ? $"Name one of {string.Join(", ", known)}." : "Let the connection be polled once, or correct the type.");

    /// <summary>Companies and deals are no persons, and their rows carry reports.</summary>
    public static Failure NotPersonal(string given) => Reject(
        "erasure.not_personal",
        $"Records of the type \"{given}\" are companies or deals; they are not erased.",
        "Name the person or the activity; of a person, all linked activities go, too.");

    private static Failure Reject(string code, string message, string fix) => new(FailureCategory.Reject, code, message, fix);
}
