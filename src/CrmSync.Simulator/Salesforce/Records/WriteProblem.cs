namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Why one record was not saved.</summary>
internal sealed record WriteProblem(string Code, string Message, params string[] Fields);

/// <summary>A write that passed every check and waits to be applied.</summary>
/// <param name="Table">The object.</param>
/// <param name="Before">The record as it is; null for a new one.</param>
/// <param name="Values">What to set.</param>
/// <param name="Delete">Remove it instead.</param>
internal sealed record PreparedWrite(SalesforceTable Table, SalesforceRow? Before, IReadOnlyList<FieldValue> Values, bool Delete = false);
