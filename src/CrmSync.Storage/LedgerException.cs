namespace CrmSync.Storage;

/// <summary>The ledger cannot be used. The message is one sentence: what, where and the way out; it never holds a password.</summary>
/// <param name="code">Permanent code, such as <c>ledger.locked</c>.</param>
/// <param name="message">The sentence.</param>
/// <param name="inner">What the driver said.</param>
public sealed class LedgerException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// <c>ledger.options</c>, <c>locked</c>, <c>read_only</c>, <c>path</c>, <c>not_a_ledger</c>, <c>disk_full</c>, <c>credentials</c>, <c>no_database</c>,
    /// <c>unreachable</c>, <c>permission</c>, <c>newer_schema</c>, <c>changed_migration</c>, <c>master_key</c>,
    /// <c>credential</c> or <c>storage</c>, each after <c>ledger.</c>
    /// </summary>
    public string Code { get; } = code;
}
