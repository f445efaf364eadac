using System.Globalization;

namespace CrmSync.Storage.Reading;

/// <summary>
/// Which acts to show. Everything is left out where nothing is set. Its text form is a query string: <c>subject=</c>, <c>actor=</c>, <c>action=</c>, <c>from=</c> and
/// <c>to=</c> (RFC 3339; without an offset UTC).
/// </summary>
public sealed record AuditFilter
{
    /// <summary>All acts.</summary>
    public static readonly AuditFilter All = new();

    private const int MaximumLength = 200;

    /// <summary>What was changed, such as <c>hubspot-main</c> or <c>run/12</c>; what lies below it, after a slash, is shown, too.</summary>
    public string? Subject { get; init; }

    /// <summary>Who.</summary>
    public string? Actor { get; init; }

    /// <summary>Kind of act, such as <c>connection.write_mode</c>; kinds below it, after a dot, are shown, too.</summary>
    public string? Action { get; init; }

    /// <summary>From this instant on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether every act is meant.</summary>
    public bool IsEmpty => this == All;

    /// <summary>Reads a query string's parts. What cannot be read is left out and named.</summary>
    /// <param name="query">Names and values; blank values count as absent.</param>
    /// <param name="faults">One sentence per part that was left out.</param>
    /// <param name="alsoKnown">Names that belong to the caller, such as page cursors.</param>
    public static AuditFilter Parse(IEnumerable<KeyValuePair<string, string?>> query, out IReadOnlyList<string> faults, params IEnumerable<string> alsoKnown)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = All;
        List<string> found = [];
        HashSet<string> others = [.. alsoKnown];
        foreach (var (name, raw) in query)
        {
            if (raw?.Trim() is not { Length: > 0 } value || others.Contains(name))
                continue;
            if (value.Length > MaximumLength)
                found.Add($"The value of \"{Short(name)}\" is longer than {MaximumLength} characters; shorten it.");
            else
                filter = filter.With(name, value, found);
        }
        faults = found;
        return filter;
    }

    /// <summary>The text form, without a question mark; empty for <see cref="All"/>.</summary>
    public string ToQueryString()
    {
        (string Name, string? Value)[] parts = [("actor", Actor), ("action", Action), ("subject", Subject), ("from", Text(From)), ("to", Text(To))];
        return string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
    }

    private AuditFilter With(string name, string value, List<string> faults)
    {
        switch (name)
        {
            case "subject":
                return this with { Subject = value };
            case "actor":
                return this with { Actor = value };
            case "action":
                return this with { Action = value };
            case "from" when Instant(value) is { } from:
                return this with { From = from };
            case "to" when Instant(value) is { } to:
                return this with { To = to };
            case "from" or "to":
                faults.Add($"\"{Short(value)}\" is no time for \"{name}\"; write it like 2026-11-21T09:30Z.");
                return this;
            default:
                faults.Add($"There is no filter \"{Short(name)}\"; known are actor, action, subject, from, to.");
                return this;
        }
    }

    private static DateTimeOffset? Instant(string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;

    private static string? Text(DateTimeOffset? instant) => instant?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
