using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Segments;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Segments;

/// <summary>The versions of a segment's pack, and what differs between two of them.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class PackVersionsModel(LedgerReader ledger, PackRoom room, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    /// <summary>Differences of a page.</summary>
    public const int MostDifferences = 200;

    /// <summary>Null where there is no such segment.</summary>
    public SegmentCard? Card { get; private set; }

    public KeysetPage<PackVersionRow> Versions { get; private set; } = new([], null, null);

    public Pack? Older { get; private set; }

    public Pack? Newer { get; private set; }

    public IReadOnlyList<PackDifference> Differences { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string key, int? from, int? to, CancellationToken cancellationToken)
    {
        Card = (await ledger.Segments.FindAsync(key, cancellationToken))?.Card;
        if (Card is null)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }
        Versions = await ledger.Packs.VersionsAsync(key, PageFromQuery(), cancellationToken);
        Newer = to is { } wanted ? await room.Store.ReadAsync(key, wanted, cancellationToken) : await room.Store.ReadNewestAsync(key, cancellationToken);
        if (Newer is { } newer && (from ?? newer.Version - 1) is > 0 and var before && before != newer.Version)
            Older = await room.Store.ReadAsync(key, before, cancellationToken);
        if (Older is { } older && Newer is { } later)
        {
            // Whoever asks the wrong way round means the same two.
            if (older.Version > later.Version)
                (Older, Newer) = (later, older);
            Differences = PackDiff.Between(Older!, Newer!);
        }
        return Page();
    }

    /// <summary>The list's way on, with the two versions that are compared.</summary>
    public Pager Pager => new(
        $"/segments/{Card!.Key}/pack/versions", Older is null || Newer is null ? "" : string.Create(CultureInfo.InvariantCulture, $"from={Older.Version}&to={Newer.Version}"), Versions.Older, Versions.Newer, false);
}
