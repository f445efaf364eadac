using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>How briefs are made. Immutable.</summary>
public sealed record BriefOptions
{
    /// <summary>Tokens of a brief, 100 to 100,000. Default 1,500: about a page and a half. The list of what was left out comes on top.</summary>
    public int TokenBudget { get; init; } = 1_500;

    /// <summary>How the budget is divided. Default 20 / 60 / 20.</summary>
    public TierShares Shares { get; init; } = TierShares.Default;

    /// <summary>Most of the budget that points of the hosted model may take, 0 to 1. Default 0.3.</summary>
    public double ModelShare { get; init; } = 0.3;

    /// <summary>One sentence per fault; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. TokenBudget is >= 100 and <= 100_000 ? (string[])[] : [FormattableString.Invariant($"{nameof(TokenBudget)} is {TokenBudget}; give a number from 100 to 100000.")],
        .. ModelShare is >= 0 and <= 1 ? (string[])[] : [FormattableString.Invariant($"{nameof(ModelShare)} is {ModelShare}; give a number from 0 to 1.")],
        .. Shares.Validate(),
    ];
}

/// <summary>The segment that an account belongs to.</summary>
/// <param name="Segment">Permanent key of the segment.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Reason">Why, in a sentence, such as "7 of 19 notes speak of it, 0.9 expected."</param>
/// <param name="Confidence">0 to 1; null where a person assigned it.</param>
public sealed record SegmentMatch(string Segment, string Name, string Reason, double? Confidence);

/// <summary>What a text speaks of.</summary>
/// <param name="Segment">The segment; null where none fits.</param>
public sealed record TextMatch(SegmentMatch? Segment);

/// <summary>Finds the segment that a text speaks of. Thread-safe.</summary>
public interface ISegmentMatcher
{
    /// <summary>The segment, or that none fits, which is a valid answer; a failure where the text could not be compared with all segments.</summary>
    /// <param name="text">Text without personal data.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Result<TextMatch>> MatchAsync(string text, CancellationToken cancellationToken);
}

/// <summary>Where packs come from. Thread-safe.</summary>
public interface IPackReader
{
    /// <summary>The newest version of a segment's pack; null where there is none yet.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Pack?> ReadNewestAsync(string segment, CancellationToken cancellationToken);
}

/// <summary>The account that a brief is for.</summary>
/// <param name="Name">What the CRM calls it; shown to people, never sent to a model.</param>
/// <param name="Facts">What is known of it.</param>
public sealed record BriefAccount(string Name, AccountFacts Facts);

/// <summary>Part of a brief.</summary>
public enum BriefPart
{
    /// <summary>What such accounts are like.</summary>
    Background,

    /// <summary>What to say.</summary>
    TalkingPoint,

    /// <summary>What to ask.</summary>
    Question,

    /// <summary>What may go wrong.</summary>
    Risk,
}

/// <summary>One point of a brief.</summary>
/// <param name="Part">Where it stands.</param>
/// <param name="Text">What it says.</param>
/// <param name="Lines">Ids of the pack's lines that it comes from.</param>
/// <param name="Activities">Ids of the account's activities that it comes from.</param>
/// <param name="HeardHere">Whether this account itself has spoken of it.</param>
/// <param name="By">Who worded it.</param>
public sealed record BriefPoint(BriefPart Part, string Text, IReadOnlyList<string> Lines, IReadOnlyList<string> Activities, bool HeardHere, PackAuthor By);

/// <summary>A line that had no room.</summary>
/// <param name="Line">Its id.</param>
/// <param name="Tier">Its tier.</param>
/// <param name="Text">The beginning of its text.</param>
/// <param name="Tokens">What it would take.</param>
public sealed record BriefLeftOut(string Line, PackTier Tier, string Text, int Tokens);

/// <summary>What a rep should know before speaking to an account.</summary>
public sealed record Brief
{
    /// <summary>Key of the account; null for a prospect that is not in the CRM.</summary>
    public string? Account { get; init; }

    /// <summary>What to call it.</summary>
    public required string Title { get; init; }

    /// <summary>Its segment, and why.</summary>
    public required SegmentMatch Segment { get; init; }

    /// <summary>The version of the pack that was used.</summary>
    public required int PackVersion { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What is known of the account, in sentences.</summary>
    public required IReadOnlyList<string> Facts { get; init; }

    /// <summary>The points, part by part, those of the model first.</summary>
    public required IReadOnlyList<BriefPoint> Points { get; init; }

    /// <summary>Lines that had no room, in the pack's order.</summary>
    public required IReadOnlyList<BriefLeftOut> LeftOut { get; init; }

    /// <summary>Lines that wait for a person and were not used.</summary>
    public required int Waiting { get; init; }

    /// <summary>What the reader should know about the brief itself.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>Tokens that it takes by <see cref="TokenEstimate"/>, the list of what was left out not counted.</summary>
    public required int Tokens { get; init; }

    /// <summary>Tokens that it may take.</summary>
    public required int Budget { get; init; }

    /// <summary>Ids of the pack's lines in it, for learning what they did.</summary>
    public IReadOnlyList<string> Lines => [.. Points.SelectMany(point => point.Lines).Distinct(StringComparer.Ordinal)];
}
