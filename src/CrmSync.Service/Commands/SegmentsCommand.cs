using System.CommandLine;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync segments …</c>: everything about segments by command.</summary>
internal static class SegmentsCommand
{
    public static Command Create()
    {
        var command = new Command("segments", "Finds groups of accounts whose notes speak of the same things; lists, reviews and assigns them")
        {
            SegmentsDiscoverCommand.Create(), SegmentsPackCommands.Create(),
        };
        foreach (var part in SegmentsRunCommands.Create().Concat(SegmentsMetricsCommand.Create()).Concat(SegmentsShowCommands.Create()).Concat(SegmentsReviewCommands.Create()))
            command.Add(part);
        return command;
    }
}
