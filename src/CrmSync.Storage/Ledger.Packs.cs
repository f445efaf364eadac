using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Facts;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage;

/// <content>Specialist packs, and what they are drafted from.</content>
public sealed partial class Ledger : IAccountFactsStore, IPackStore
{
    private SegmentFactsReading SegmentFactsReading => new(_database);

    private AccountFactsReading AccountFactsReading => new(_database);

    private PackRows PackRows => new(_database);

    private PackProposalRows PackProposalRows => new(_database);

    /// <inheritdoc/>
    public Task<SegmentAccounts?> ReadSegmentAccountsAsync(string segment, int most, CancellationToken cancellationToken) =>
        SegmentFactsReading.ReadAsync(segment, most, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RawAccount>> ReadRawAccountsAsync(IReadOnlyList<long> accounts, int mostNotes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        return AccountFactsReading.ReadAsync(accounts, mostNotes, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<OutsideAccounts> ReadOutsideAsync(string segment, int most, CancellationToken cancellationToken) =>
        SegmentFactsReading.ReadOutsideAsync(segment, most, cancellationToken);

    /// <inheritdoc/>
    public Task<Pack?> ReadNewestAsync(string segment, CancellationToken cancellationToken) => PackRows.ReadNewestAsync(segment, cancellationToken);

    /// <inheritdoc/>
    public Task<Pack?> ReadAsync(string segment, int version, CancellationToken cancellationToken) => PackRows.ReadAsync(segment, version, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Pack>> ReadVersionsAsync(string segment, CancellationToken cancellationToken) => PackRows.ReadVersionsAsync(segment, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<Pack>> AddAsync(Pack pack, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return PackRows.AddAsync(pack, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> ProposeAsync(IReadOnlyList<PackProposal> proposals, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proposals);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return PackProposalRows.ProposeAsync(proposals, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PackProposal>> ReadProposalsAsync(string segment, bool onlyOpen, CancellationToken cancellationToken) =>
        PackProposalRows.ReadAsync(segment, onlyOpen, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<PackProposal>> DecideAsync(string segment, string proposal, bool accept, string person, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(person);
        return PackProposalRows.DecideAsync(segment, proposal, accept, person, cancellationToken);
    }
}
