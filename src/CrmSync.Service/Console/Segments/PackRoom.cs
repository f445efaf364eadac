using System.Globalization;
using CrmSync.Pipeline.Segments.Facts;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Segments;

/// <summary>Gathers what the pages of packs show. Thread-safe.</summary>
internal sealed class PackRoom(LedgerReader ledger, IPackStore store, PackDesk desk, DealFigures figures)
{
    /// <summary>Proposals of a page.</summary>
    public const int MostProposals = 20;

    /// <summary>Records of a kind that stand beside a line before it is opened.</summary>
    public const int FewRecords = 3;

    /// <summary>Changes packs.</summary>
    public PackDesk Desk => desk;

    /// <summary>Where packs are kept.</summary>
    public IPackStore Store => store;

    /// <summary>From how many cases on something is said.</summary>
    public NumberOptions Options => figures.Options;

    /// <summary>A segment's pack; null where there is no such segment.</summary>
    /// <param name="key">Key of the segment.</param>
    /// <param name="version">The version; null for the newest, which also stands in for one that there is not.</param>
    /// <param name="open">Id of the line whose records are all wanted; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<PackView?> ReadAsync(string key, int? version, string? open, CancellationToken cancellationToken)
    {
        if (await ledger.Segments.FindAsync(key, cancellationToken) is not { } segment)
            return null;
        var view = new PackView(segment.Card);
        if (await store.ReadNewestAsync(key, cancellationToken) is not { } newest)
            return view;
        var pack = version is { } wanted && wanted != newest.Version ? await store.ReadAsync(key, wanted, cancellationToken) ?? newest : newest;
        var proposals = await store.ReadProposalsAsync(key, onlyOpen: true, cancellationToken);
        List<PackProposal> shown = [.. proposals.Take(MostProposals)];
        return view with
        {
            Pack = pack,
            Newest = newest.Version,
            Proposals = shown,
            Waiting = proposals.Count,
            Records = await RecordsAsync([.. pack.Lines.Select(line => (line.Evidence, line.Id == open)), .. shown.Select(proposal => (proposal.Evidence, false))], cancellationToken),
            Numbers = await figures.ReadAsync(key, cancellationToken),
        };
    }

    private Task<PackRecords> RecordsAsync(IReadOnlyList<(PackEvidence Evidence, bool All)> rows, CancellationToken cancellationToken) => ledger.Packs.RecordsAsync(
        Ids(rows, evidence => evidence.Accounts), Ids(rows, evidence => evidence.Activities), Ids(rows, evidence => evidence.Deals), cancellationToken);

    // A key that is no ledger id, as a file of another house may hold, leads nowhere.
    private static List<long> Ids(IReadOnlyList<(PackEvidence Evidence, bool All)> rows, Func<PackEvidence, IReadOnlyList<string>> keys) =>
        [.. rows.SelectMany(row => keys(row.Evidence).Take(row.All ? PackEvidence.MostKeys : FewRecords)).Select(Id).OfType<long>()];

    /// <summary>The ledger id of a key; null where it is none.</summary>
    public static long? Id(string key) => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
