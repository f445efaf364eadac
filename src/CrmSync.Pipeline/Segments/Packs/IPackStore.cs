using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>Packs in the ledger: every version, and proposals that wait for a person. Each change writes an audit row in its own transaction. Thread-safe.</summary>
public interface IPackStore : IPackReader
{
    /// <summary>One version of a segment's pack; null where there is none.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="version">The version, from 1.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Pack?> ReadAsync(string segment, int version, CancellationToken cancellationToken);

    /// <summary>All versions, oldest first.</summary>
    Task<IReadOnlyList<Pack>> ReadVersionsAsync(string segment, CancellationToken cancellationToken);

    /// <summary>Adds the next version.</summary>
    /// <param name="pack">The version; its number is one above the newest.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The stored version; a failure in words where somebody else added that version first, or where there is no such segment.</returns>
    Task<Result<Pack>> AddAsync(Pack pack, string actor, CancellationToken cancellationToken);

    /// <summary>Stores proposals; those that are known by id stay as they are, decided or not.</summary>
    /// <returns>How many were new.</returns>
    Task<int> ProposeAsync(IReadOnlyList<PackProposal> proposals, string actor, CancellationToken cancellationToken);

    /// <summary>Proposals of a segment, the newest first.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="onlyOpen">Leaves out those that were decided.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<PackProposal>> ReadProposalsAsync(string segment, bool onlyOpen, CancellationToken cancellationToken);

    /// <summary>Accepts a proposal (its change makes the next version, in the same transaction) or rejects it.</summary>
    /// <returns>The proposal as it stands; a failure in words where it was decided before or fits the pack no more.</returns>
    Task<Result<PackProposal>> DecideAsync(string segment, string proposal, bool accept, string person, CancellationToken cancellationToken);
}
