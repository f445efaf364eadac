using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Segments;

/// <summary>All that the page of a pack shows.</summary>
/// <param name="Card">The segment.</param>
internal sealed record PackView(SegmentCard Card)
{
    /// <summary>The version that is looked at; null where there is no pack yet.</summary>
    public Pack? Pack { get; init; }

    /// <summary>The newest version; 0 where there is none.</summary>
    public int Newest { get; init; }

    /// <summary>Whether the newest version is looked at, which is the one that can be changed.</summary>
    public bool IsNewest => Pack?.Version == Newest;

    /// <summary>Proposals that wait, the newest first, at most <see cref="PackRoom.MostProposals"/>.</summary>
    public IReadOnlyList<PackProposal> Proposals { get; init; } = [];

    /// <summary>How many wait in all.</summary>
    public int Waiting { get; init; }

    /// <summary>Records that what is shown rests on.</summary>
    public PackRecords Records { get; init; } = new(new Dictionary<long, PackRecordRow>(), new Dictionary<long, PackRecordRow>(), new Dictionary<long, PackRecordRow>());

    /// <summary>Figures as the deals stand now; null where there is no pack.</summary>
    public SegmentNumbers? Numbers { get; init; }
}
