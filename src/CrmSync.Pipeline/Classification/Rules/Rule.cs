using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>Where a rule's phrases are looked for.</summary>
[Flags]
internal enum RulePlaces : byte
{
    None = 0,
    Subject = 1,
    New = 2,
    Theirs = 4,
    Ours = 8,
    Footer = 16,
    Field = 32,
}

/// <summary>
/// A named voter. It fires at most once per activity: when one of its phrases stands in one of its places, every <see cref="When"/> fact holds
/// and no <see cref="Unless"/> fact does. Without phrases the facts alone decide.
/// </summary>
/// <param name="Id">Permanent slug.</param>
/// <param name="Taxonomy">Taxonomy it votes in; empty for a rule that only establishes a fact.</param>
/// <param name="Label">Label it votes for; null to vote for abstaining.</param>
/// <param name="Weight">Strength of the vote in log-odds; negative speaks against the label.</param>
/// <param name="Sentence">What it saw, for people.</param>
/// <param name="Fact">The fact it establishes, or null for a voter.</param>
/// <param name="IsVoid">True for the rule that reports what <see cref="VoidFinder"/> left out; it has no phrases.</param>
/// <param name="Phrases">Phrases as folded patterns.</param>
/// <param name="In">Where to look.</param>
/// <param name="IsAsserted">True when a phrase after a negation or inside a plan or condition does not count.</param>
/// <param name="When">Bits of the facts that must hold.</param>
/// <param name="Unless">Bits of the facts that must not hold.</param>
/// <param name="Example">An activity on which the rule fires.</param>
internal sealed record Rule(
    string Id,
    string Taxonomy,
    string? Label,
    double Weight,
    string Sentence,
    string? Fact,
    bool IsVoid,
    IReadOnlyList<string> Phrases,
    RulePlaces In,
    bool IsAsserted,
    FactSet When,
    FactSet Unless,
    ActivityContent? Example)
{
    /// <summary>Hash of <see cref="Id"/>, a feature of the trained model.</summary>
    public uint Hash { get; } = WordHash.Of(Id);
}

/// <summary>What decides whether a rule fires; the members mean what those of <see cref="Rule"/> mean.</summary>
internal readonly record struct RuleGate(FactSet When, FactSet Unless, RulePlaces In, bool HasPhrases, bool IsAsserted, bool IsVoid);
