namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>What the rules read off one activity; the trained model looks at the same.</summary>
/// <param name="Tokens">The words by place, without those that count for nothing (<see cref="VoidFinder"/>).</param>
/// <param name="Facts">The facts that hold, those that rules establish included.</param>
/// <param name="Fired">The rules that fired.</param>
/// <param name="Readable">The activity without what counts for nothing.</param>
internal sealed record ActivityReading(List<Token> Tokens, FactSet Facts, List<FiredRule> Fired, ReadableActivity Readable);

/// <summary>A rule that fired and the span of decoded text that it saw, if it looked at text.</summary>
internal readonly record struct FiredRule(Rule Rule, int? Start, int? Length);
