using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>Who speaks.</summary>
public enum ThreadRole
{
    /// <summary>A person of ours.</summary>
    Person,

    /// <summary>The segment's specialist.</summary>
    Specialist,
}

/// <summary>One message of a segment's thread. Kept for ever; summaries never replace it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Segment">The segment whose thread it is in.</param>
/// <param name="Role">Who speaks.</param>
/// <param name="Author">Account name of the person, or what answered.</param>
/// <param name="At">When.</param>
/// <param name="Text">What was said.</param>
public sealed record ThreadMessage(string Id, string Segment, ThreadRole Role, string Author, DateTimeOffset At, string Text)
{
    /// <summary>What an answer cites, in the order of its marks [1], [2], ….</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];

    /// <summary>What was left out of an answer, shortened or went wrong.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>When its words went because an activity that it quotes was erased; null while it has them.</summary>
    public DateTimeOffset? ErasedAt { get; init; }
}

/// <summary>Something that an answer cites.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Id of the line or the activity.</param>
/// <param name="Account">Key of the activity's account; null for a line.</param>
/// <param name="Quote">Its words; null where too few accounts speak of it for its words to be shown.</param>
public sealed record Citation(CitationKind Kind, string Key, string? Account, string? Quote);

/// <summary>What can be cited.</summary>
public enum CitationKind
{
    /// <summary>A line of the pack.</summary>
    Line,

    /// <summary>An activity.</summary>
    Activity,
}

/// <summary>What is left of the older part of a thread in a prompt.</summary>
/// <param name="Segment">The segment whose thread it is of.</param>
/// <param name="UpTo">Id of the newest message in it.</param>
/// <param name="Messages">How many messages it stands for.</param>
/// <param name="Text">The summary.</param>
/// <param name="By">Who made it.</param>
public sealed record ThreadSummary(string Segment, string UpTo, int Messages, string Text, PackAuthor By);

/// <summary>
/// All that a conversation may ever look at: one segment's pack, accounts and thread. There is no other way to make one than <see cref="Of"/>, which refuses whatever belongs to another
/// segment, and retrieval, summaries and prompts take nothing else; so no text of one segment can reach another's prompt. Immutable.
/// </summary>
public sealed class SegmentScope
{
    private SegmentScope(Pack pack, SegmentFacts facts, IReadOnlyList<ThreadMessage> history, ThreadSummary? summary) => (Pack, Facts, History, Summary) = (pack, facts, history, summary);

    /// <summary>The segment's pack.</summary>
    public Pack Pack { get; }

    /// <summary>The segment's accounts.</summary>
    public SegmentFacts Facts { get; }

    /// <summary>The thread so far, oldest first.</summary>
    public IReadOnlyList<ThreadMessage> History { get; }

    /// <summary>The last summary; null where there is none.</summary>
    public ThreadSummary? Summary { get; }

    /// <summary>Puts one segment's things together.</summary>
    /// <param name="pack">Its pack.</param>
    /// <param name="facts">Its accounts.</param>
    /// <param name="history">Its thread, oldest first.</param>
    /// <param name="summary">The last summary of the thread; null where there is none.</param>
    /// <returns>The scope; a failure where anything belongs to another segment.</returns>
    public static Result<SegmentScope> Of(Pack pack, SegmentFacts facts, IReadOnlyList<ThreadMessage> history, ThreadSummary? summary = null)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(history);
        string? stranger = facts.Segment != pack.Segment ? "The accounts"
            : history.Any(message => message.Segment != pack.Segment) ? "A message"
            : summary is not null && summary.Segment != pack.Segment ? "The summary"
            : null;
        return stranger is null ? new SegmentScope(pack, facts, [.. history], summary)
            : SpecialistFailures.Of("specialist.other_segment", $"{stranger} given for a conversation about '{pack.Name}' belong{(stranger.StartsWith("The accounts", StringComparison.Ordinal) ? "" : "s")} to another segment.");
    }
}

/// <summary>How conversations are held. Immutable.</summary>
public sealed record ConversationOptions
{
    /// <summary>Tokens of a prompt and its answer together, 2,000 to 1,000,000. Default 32,000.</summary>
    public int ContextTokens { get; init; } = 32_000;

    /// <summary>Tokens kept free for the answer, at least 200. Default 2,000.</summary>
    public int AnswerTokens { get; init; } = 2_000;

    /// <summary>Most of the rest that the thread may take, 0 to 0.5. Default 0.25.</summary>
    public double HistoryShare { get; init; } = 0.25;

    /// <summary>Most of the rest that found passages may take, 0 to 0.5. Default 0.25.</summary>
    public double PassageShare { get; init; } = 0.25;

    /// <summary>How the pack's part is divided. Default 20 / 60 / 20.</summary>
    public TierShares Shares { get; init; } = TierShares.Default;

    /// <summary>Most passages, 1 to 200. Default 24.</summary>
    public int MostPassages { get; init; } = 24;

    /// <summary>Most of what was found that an answer without a model shows, 1 to 50. Default 6.</summary>
    public int ShownWithoutModel { get; init; } = 6;

    /// <summary>One sentence per fault; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. Within(nameof(ContextTokens), ContextTokens, 2_000, 1_000_000), .. Within(nameof(AnswerTokens), AnswerTokens, 200, Math.Max(200, ContextTokens / 2)),
        .. Within(nameof(MostPassages), MostPassages, 1, 200), .. Within(nameof(ShownWithoutModel), ShownWithoutModel, 1, 50),
        .. Part(nameof(HistoryShare), HistoryShare), .. Part(nameof(PassageShare), PassageShare), .. Shares.Validate(),
    ];

    private static string[] Within(string name, int value, int low, int high) =>
        value >= low && value <= high ? [] : [FormattableString.Invariant($"{name} is {value}; give a number from {low} to {high}.")];

    private static string[] Part(string name, double value) => value is >= 0 and <= 0.5 ? [] : [FormattableString.Invariant($"{name} is {value}; give a number from 0 to 0.5.")];
}
