using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>Makes pack proposals of messages that a person marked. Pure.</summary>
public static class Insights
{
    /// <summary>Proposes a message, or the words that a person made of it, for the pack.</summary>
    /// <param name="scope">The segment of the thread.</param>
    /// <param name="message">Id of the message.</param>
    /// <param name="section">Where it belongs.</param>
    /// <param name="topic">What it is about; may be empty.</param>
    /// <param name="tier">How much it matters.</param>
    /// <param name="person">Account name of the person who marks it.</param>
    /// <param name="at">When.</param>
    /// <param name="text">Other words; null for those of the message.</param>
    public static Result<PackProposal> Propose(
        SegmentScope scope, string message, PackSection section, string topic, PackTier tier, string person, DateTimeOffset at, string? text = null)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var marked = scope.History.FirstOrDefault(known => known.Id == message);
        if (marked is null)
            return SpecialistFailures.Of("specialist.bad_edit", "The message is not in this thread (any more).", "Load the thread anew.");
        var words = (text ?? marked.Text).Trim();
        if (words.Length is 0 or > PackLine.LongestText)
            return SpecialistFailures.Of("specialist.bad_edit", FormattableString.Invariant($"A line of a pack has 1 to {PackLine.LongestText} characters and this has {words.Length}."), "Say the insight in a few sentences of your own.");
        var lines = marked.Citations.Where(citation => citation.Kind == CitationKind.Line).Select(citation => scope.Pack.Find(citation.Key)).OfType<PackLine>().ToList();
        var activities = marked.Citations.Where(citation => citation.Kind == CitationKind.Activity).ToList();
        var evidence = PackEvidence.Of(
            activities.Select(citation => citation.Account).OfType<string>().Concat(lines.SelectMany(line => line.Evidence.Accounts)),
            activities.Select(citation => citation.Key).Concat(lines.SelectMany(line => line.Evidence.Activities)),
            lines.SelectMany(line => line.Evidence.Deals), lines.SelectMany(line => line.Evidence.Figures).Distinct(StringComparer.Ordinal).Take(5));
        // The person who marks it stands by it, whoever said it first.
        var line = new PackLine(PackLine.IdOf(section, $"insight {marked.Id}"), section, topic.Trim(), words, tier, evidence, PackAuthor.Person(person), PackLineState.Draft) { ChangedAt = at };
        return new PackProposal(
            PackProposal.IdOf(scope.Pack.Segment, $"insight {marked.Id} {section.Slug()}"), scope.Pack.Segment, new PackChange.Add(line), $"{person} marked a message of the conversation as an insight.", evidence,
            ProposalSource.Insight, PackAuthor.Person(person), at);
    }
}
