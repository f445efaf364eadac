using System.Security.Cryptography;
using System.Text;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>A change of a pack that waits for a person. Nothing changes a pack by itself.</summary>
/// <param name="Id">The same for the same thing, so that it is proposed once; see <see cref="IdOf"/>.</param>
/// <param name="Segment">The segment whose pack it is for.</param>
/// <param name="Change">The change.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="By">Who proposes it.</param>
/// <param name="At">When.</param>
public sealed record PackProposal(
    string Id, string Segment, PackChange Change, string Reason, PackEvidence Evidence, ProposalSource Source, PackAuthor By, DateTimeOffset At)
{
    /// <summary>Where it stands.</summary>
    public ProposalState State { get; init; } = ProposalState.Open;

    /// <summary>Who decided; null while it is open.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When it was decided; null while it is open.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The id of a proposal.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="about">What it is about, such as the source and the line's id.</param>
    public static string IdOf(string segment, string about) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{segment}\n{about}")))[..16];

    /// <summary>Makes the change, as the person who accepts it.</summary>
    /// <param name="current">The newest version of the pack.</param>
    /// <param name="person">Account name of the person.</param>
    /// <param name="at">When.</param>
    /// <returns>The next version and the decided proposal; a failure in words where the change fits no more.</returns>
    public Result<(Pack Pack, PackProposal Proposal)> Accept(Pack current, string person, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(current);
        if (State != ProposalState.Open)
            return Decided();
        if (current.Segment != Segment)
            return SpecialistFailures.Of("specialist.other_segment", $"The proposal is for another segment than '{current.Name}'.");
        var change = Change is PackChange.Add add ? new PackChange.Add(add.Line with { State = add.Line.NeedsPerson ? PackLineState.Draft : PackLineState.Approved }) : Change;
        var next = PackEditor.Apply(current, current, [change], PackAuthor.Person(person), at, Reason);
        return next.Succeeded ? (next.Value, this with { State = ProposalState.Accepted, DecidedBy = person, DecidedAt = at }) : next.Failure;
    }

    /// <summary>Leaves the pack as it is; the same thing is not proposed again.</summary>
    /// <param name="person">Account name of the person.</param>
    /// <param name="at">When.</param>
    public Result<PackProposal> Reject(string person, DateTimeOffset at) =>
        State == ProposalState.Open ? this with { State = ProposalState.Rejected, DecidedBy = person, DecidedAt = at } : Decided();

    private Failure Decided() => SpecialistFailures.Of(
        "specialist.bad_edit", $"{DecidedBy} has already {(State == ProposalState.Accepted ? "accepted" : "rejected")} this proposal.", "Nothing to do; edit the pack where you disagree.");
}

/// <summary>Where a proposal comes from.</summary>
public enum ProposalSource
{
    /// <summary>A person marked a message of a conversation.</summary>
    Insight,

    /// <summary>Wins and losses.</summary>
    Learning,

    /// <summary>A new draft of template or model.</summary>
    Draft,
}

/// <summary>Where a proposal stands.</summary>
public enum ProposalState
{
    /// <summary>Waits for a person.</summary>
    Open,

    /// <summary>In the pack.</summary>
    Accepted,

    /// <summary>Not wanted.</summary>
    Rejected,
}
