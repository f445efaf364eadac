using System.CommandLine;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Commands;

/// <summary>The <c>--filter</c> of commands that act on the write-back log: the query string of its page.</summary>
internal static class FilterChoice
{
    public static Option<string?> Option() => new("--filter")
    {
        Description = "Which rows, as in the address of the log page: label=engagement:engaged&run=12 (connection, label, outcome, from, to, code, record, run, by, confidence, purpose, actor, id)",
        HelpName = "QUERY",
    };

    /// <summary>The filter as acts keep it; it must be readable whole, and of this connection.</summary>
    public static WriteLogFilter Read(string? text, string connection)
    {
        var filter = WriteLogFilter.ParseText(text, out var faults);
        if (faults.Count > 0)
            throw new UsageException($"--filter cannot be read. {string.Join(' ', faults)}");
        if (filter.Connection is { } other && other != connection)
            throw new UsageException($"--filter names the connection '{other}' and --connection '{connection}'; leave it out of the filter.");
        return filter with { Connection = null };
    }

    /// <summary>The same for acts on writes that wait: any other outcome would match nothing.</summary>
    public static WriteLogFilter ReadWaiting(string? text, string connection)
    {
        var filter = Read(text, connection);
        return filter.Outcome is null or "pending"
            ? filter
            : throw new UsageException($"--filter asks for the outcome '{filter.Outcome}', but only writes that wait (pending) are meant here; leave the outcome out.");
    }

    /// <summary>A sample's size; null where none was asked for.</summary>
    public static long? Sample(long? asked) => asked is null or > 0
        ? asked
        : throw new UsageException($"--sample is {asked}, but must be 1 or more.");
}
