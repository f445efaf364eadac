using System.Globalization;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api;

/// <summary>A part of a query string, as the description of the API shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means.</param>
internal sealed record ApiParameter(string Name, string Description);

/// <summary>The query parts that several routes know. A part that a route does not know is refused, so that a slip never hides as "no rows".</summary>
internal static class ApiParameters
{
    public static readonly ApiParameter Limit = new("limit", $"Rows per page, 1 to {ApiQuery.MostRows:N0}; {ApiQuery.UsualRows} when left out. For more, page on or use an export.");
    public static readonly ApiParameter Cursor = new("cursor", "\"next\" of the page before, with the same filter. A page may hold fewer rows than asked for and still have a next one.");
    public static readonly ApiParameter Connection = new("connection", "Key of a connection.");

    public static readonly IReadOnlyList<ApiParameter> Page = [Limit, Cursor];

    /// <summary>The filter of the write-back log.</summary>
    public static readonly IReadOnlyList<ApiParameter> Log =
    [
        Connection, new("label", "TAXONOMY or TAXONOMY:LABEL."), new("outcome", $"One of {string.Join(", ", WriteLogFilter.Outcomes)}."),
        new("from", "Last change at or after this instant (RFC 3339)."), new("to", "Last change before this instant (RFC 3339)."), new("code", "Code of the reason."),
        new("record", "The CRM's id of the record written to."), new("run", "Id of the run that meant to write."),
        new("by", $"Who decided: one of {string.Join(", ", WriteLogFilter.Steps)}."), new("confidence", "Range of confidence in per cent, such as 50-80."),
        new("purpose", $"One of {string.Join(", ", WriteLogFilter.Purposes)}."), new("actor", $"Who set a value that was kept: one of {string.Join(", ", WriteLogFilter.Actors)}."),
        new("id", "Single writes: their ids with dots between them."),
    ];

    /// <summary>The filter of activities.</summary>
    public static readonly IReadOnlyList<ApiParameter> Activities =
    [
        new("type", $"One of {string.Join(", ", ActivityFilter.Types)}."), new("label", "TAXONOMY or TAXONOMY:LABEL of a current decision."),
        new("answer", $"One of {string.Join(", ", ActivityFilter.Answers)}."), Connection, new("state", $"One of {string.Join(", ", ActivityFilter.States)}."),
    ];

    /// <summary>The filter of deals.</summary>
    public static readonly IReadOnlyList<ApiParameter> Deals =
    [
        new("owner", "Key of a rep."), new("team", "Team."), new("region", "Country or region."), new("month", "Month of the close date, yyyy-MM."), Connection,
        new("kind", $"One of {string.Join(", ", HonestyFilter.Kinds)}."), new("currency", "ISO 4217 code."), new("list", $"One of {string.Join(", ", HonestyFilter.Lists)}."),
        new("days", "Days that the lists stale and silent start from."),
    ];
}

/// <summary>Reads the parts of a request's address.</summary>
internal static class ApiQuery
{
    public const int MostRows = 1_000;
    public const int UsualRows = 100;

    /// <summary>The query's parts, each of which the route knows and each of which is there once.</summary>
    public static IReadOnlyList<KeyValuePair<string, string?>> Parts(HttpRequest request, IEnumerable<ApiParameter> known)
    {
        var names = known.Select(parameter => parameter.Name).ToList();
        var parts = new List<KeyValuePair<string, string?>>();
        foreach (var (name, values) in request.Query)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
                throw Bad($"There is no \"{Short(name)}\" here; known are {string.Join(", ", names)}.");
            if (values.Count > 1)
                throw Bad($"\"{name}\" stands {values.Count} times; give it once.");
            parts.Add(KeyValuePair.Create(name, values[0]));
        }
        return parts;
    }

    /// <summary>The connection that a request names.</summary>
    public static Connection Connection(IReadOnlyList<Connection> known, string? key) =>
        known.FirstOrDefault(connection => connection.Key == key)
            ?? throw new ApiRefusal(ApiErrors.NoConnection, $"The ledger knows no connection \"{Short(key ?? "")}\".");

    /// <summary>How many rows a page may have.</summary>
    public static int Limit(HttpRequest request)
    {
        if (Text(request, "limit") is not { } text)
            return UsualRows;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MostRows
            ? limit
            : throw Bad($"\"limit\" is {Short(text)}, but must be 1 to {MostRows:N0}; exports give everything at once.");
    }

    /// <summary>Where to go on; null for the start.</summary>
    public static PageCursor? Cursor(HttpRequest request, string list) => Text(request, "cursor") is { } text ? ApiCursor.Read(text, list) : null;

    /// <summary>The value of a part; null where it is blank or absent.</summary>
    public static string? Text(HttpRequest request, string name) => request.Query.TryGetValue(name, out var values) && values[0]?.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>A part that is one of some words.</summary>
    public static string? Word(HttpRequest request, string name, IReadOnlyList<string> known) =>
        Text(request, name) is not { } text ? null
        : known.Contains(text, StringComparer.Ordinal) ? text
        : throw Bad($"\"{Short(text)}\" is no {name}; known are {string.Join(", ", known)}.");

    /// <summary>A part that is true or false.</summary>
    public static bool Flag(HttpRequest request, string name) => Word(request, name, ["true", "false"]) == "true";

    /// <summary>A part that is an id; null where it is absent.</summary>
    public static long? Number(HttpRequest request, string name) => Text(request, name) is { } text ? Id(text, name) : null;

    /// <summary>An id as it stands in an address or a body.</summary>
    public static long Id(string text, string name = "id") =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw Bad($"\"{Short(text)}\" is no {name}; ids are decimal numbers.");

    /// <summary>The filter of the write-back log; a fault in it is the sender's.</summary>
    public static WriteLogFilter LogFilter(IEnumerable<KeyValuePair<string, string?>> parts, params IEnumerable<ApiParameter> others)
    {
        var filter = WriteLogFilter.Parse(parts, out var faults, others.Select(other => other.Name));
        return faults.Count == 0 ? filter : throw Bad(string.Join(' ', faults));
    }

    /// <summary>The filter of activities; a fault in it is the sender's.</summary>
    public static ActivityFilter ActivityFilter(IEnumerable<KeyValuePair<string, string?>> parts, params IEnumerable<ApiParameter> others)
    {
        var filter = Storage.Reading.ActivityFilter.Parse(parts, out var faults, others.Select(other => other.Name));
        return faults.Count == 0 ? filter : throw Bad(string.Join(' ', faults));
    }

    /// <summary>The filter of deals; a fault in it is the sender's.</summary>
    public static HonestyFilter HonestyFilter(IEnumerable<KeyValuePair<string, string?>> parts, params IEnumerable<ApiParameter> others)
    {
        var filter = Storage.Reading.HonestyFilter.Parse(parts, out var faults, others.Select(other => other.Name));
        return faults.Count == 0 ? filter : throw Bad(string.Join(' ', faults));
    }

    /// <summary>A refusal that names the part.</summary>
    public static ApiRefusal Bad(string detail) => new(ApiErrors.BadParameter, detail);

    /// <summary>A foreign word, short enough to be quoted.</summary>
    public static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
