namespace CrmSync.Pipeline.Model;

/// <summary>One row of the registry of codes, as operators read it.</summary>
/// <param name="Code">Permanent code, such as <c>hubspot.rate_limited</c>; the part before the point says whose it is.</param>
/// <param name="Category">What the service does by itself; null for codes that only tell.</param>
/// <param name="Sentence">What happened, without the full stop.</param>
/// <param name="Fix">The way out.</param>
public sealed record FailureCode(string Code, FailureCategory? Category, string Sentence, string Fix);
