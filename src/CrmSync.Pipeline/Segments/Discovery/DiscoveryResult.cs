using CrmSync.Pipeline.Segments.Models;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>What a discovery found. No segments is a valid answer; <see cref="Remarks"/> says why.</summary>
/// <param name="Accounts">Every account of the input, in the order in which it was met, with its segment or none.</param>
/// <param name="Activities">Activities that were read.</param>
/// <param name="Segments">The proposals, largest first.</param>
/// <param name="Model">Assigns new activities to them; null where there are none.</param>
/// <param name="Remarks">Plain sentences on what was left out and why, for a person.</param>
public sealed record DiscoveryResult(
    IReadOnlyList<AccountSegment> Accounts, long Activities, IReadOnlyList<SegmentProposal> Segments, SegmentModel? Model, IReadOnlyList<string> Remarks);

/// <summary>An account and its segment.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Segment">Id of the segment; null where it belongs to none.</param>
public sealed record AccountSegment(string Account, string? Segment);

/// <summary>A segment as it is proposed to people.</summary>
/// <param name="Id">Id within this discovery, such as <c>s01</c>.</param>
/// <param name="Name">Suggested name, from its terms.</param>
/// <param name="IsPromoted">Whether it is large enough for a specialist.</param>
/// <param name="Members">Its accounts, the surest first.</param>
/// <param name="Terms">What its accounts speak of more than others do; each term is in enough of its accounts to be shown.</param>
/// <param name="Quotes">Examples, with words that few accounts use left out.</param>
/// <param name="Stability">Agreement of the members when a fifth of the accounts is left out of the learning, from 0 to 1.</param>
/// <param name="Nearest">The segment most like it, and what sets the two apart; null where it stands alone.</param>
public sealed record SegmentProposal(
    string Id, string Name, bool IsPromoted, IReadOnlyList<SegmentMember> Members, IReadOnlyList<SegmentTerm> Terms, IReadOnlyList<SegmentQuote> Quotes,
    double Stability, NearestSegment? Nearest)
{
    /// <summary>Number of accounts.</summary>
    public int Size => Members.Count;
}

/// <summary>An account in a segment, with the reason.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Score">Log-likelihood ratio against belonging nowhere, in nats.</param>
/// <param name="Speaking">Notes that speak of the segment.</param>
/// <param name="Notes">Notes that were read.</param>
/// <param name="Expected">Notes that would speak of it in an account of as many notes that does not belong to it.</param>
public sealed record SegmentMember(string Account, double Score, int Speaking, int Notes, double Expected)
{
    /// <summary>The reason as a sentence.</summary>
    public string Reason => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Speaking} of {Notes} notes speak of it, {Expected:0.0} expected");
}

/// <summary>A term of a segment.</summary>
/// <param name="Term">A word or two, folded.</param>
/// <param name="LogOdds">Smoothed logarithm of the ratio of odds, accounts of the segment against all others.</param>
/// <param name="Inside">Accounts of the segment that have it.</param>
/// <param name="Outside">Other accounts that have it.</param>
public sealed record SegmentTerm(string Term, double LogOdds, int Inside, int Outside);

/// <summary>An example from a note. Personal data and words that few accounts use are left out of it.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Note">Id of the activity.</param>
/// <param name="Text">The text.</param>
public sealed record SegmentQuote(string Account, string Note, string Text);

/// <summary>The most similar other segment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Cosine">Cosine of the profiles, from -1 to 1.</param>
/// <param name="Terms">Terms that set the segment apart from it.</param>
public sealed record NearestSegment(string Id, double Cosine, IReadOnlyList<string> Terms);

/// <summary>How far a discovery is.</summary>
/// <param name="Stage">What is done now, in a word or two.</param>
/// <param name="Share">How much of all is done, from 0 to 1.</param>
/// <param name="Activities">Activities that were read.</param>
public sealed record DiscoveryProgress(string Stage, double Share, long Activities);

/// <summary>
/// What a caller may keep between the stages of a discovery and give back, so that the search for directions is not repeated. Plain data, as JSON or otherwise.
/// </summary>
/// <param name="Schema"><c>crmsync/segment-seeds/1</c>.</param>
/// <param name="Fingerprint">Of notes and options; seeds of other ones are not used.</param>
/// <param name="Seeds">Number of seeds.</param>
/// <param name="Dimensions">Dimensions above chance.</param>
/// <param name="SeedOf">Seed of every account in the order of the source; -1 for none.</param>
public sealed record DiscoveryCheckpoint(string Schema, string Fingerprint, int Seeds, int Dimensions, IReadOnlyList<int> SeedOf)
{
    /// <summary>The schema of this version.</summary>
    public const string CurrentSchema = "crmsync/segment-seeds/1";
}
