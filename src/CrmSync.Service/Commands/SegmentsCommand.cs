using System.CommandLine;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync segments …</c>: everything about segments by command.</summary>
internal static class SegmentsCommand
{
    public static Command Create() => new("segments", "Finds groups of accounts whose notes speak of the same things") { SegmentsDiscoverCommand.Create() };
}
