using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Honesty;
using CrmSync.Storage.Database;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>
/// Which deals are meant. Text form: <c>owner=</c>, <c>team=</c>, <c>region=</c>, <c>month=yyyy-MM</c>, <c>connection=KEY</c>, <c>kind=</c>, <c>currency=</c>,
/// <c>list=</c>, <c>days=</c>. A value of <c>-</c> means deals without owner, team, region or month.
/// </summary>
public sealed record HonestyFilter
{
    /// <summary>Every deal.</summary>
    public static readonly HonestyFilter All = new();

    /// <summary>What "without any" is written as.</summary>
    public const string None = "-";

    /// <summary>Days without an activity, or without the other side, that the lists start from.</summary>
    public const int UsualDays = 30;

    /// <summary>The kinds of agreement and disagreement; <c>disagrees</c> stands for all of the latter.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["disagrees", .. Enum.GetValues<DealVerdict>().Select(verdict => Stored.Name(verdict))];

    /// <summary>The lists that matter.</summary>
    public static readonly IReadOnlyList<string> Lists = ["claims", "lost", "won", "active", "stale", "silent"];

    /// <summary>Key of a rep.</summary>
    public string? Owner { get; init; }

    /// <summary>A team.</summary>
    public string? Team { get; init; }

    /// <summary>A region.</summary>
    public string? Region { get; init; }

    /// <summary>Month of the close date, yyyy-MM.</summary>
    public string? Month { get; init; }

    /// <summary>Key of a connection.</summary>
    public string? Connection { get; init; }

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public string? Currency { get; init; }

    /// <summary>One of <see cref="Lists"/>.</summary>
    public string? List { get; init; }

    /// <summary>Days that the lists <c>stale</c> and <c>silent</c> start from, 1 to 3,650; null takes <see cref="UsualDays"/>.</summary>
    public int? Days { get; init; }

    /// <summary>Whether every deal is meant.</summary>
    public bool IsEmpty => this == All;

    /// <summary>Reads a query string's parts; what cannot be read is left out and named.</summary>
    public static HonestyFilter Parse(IEnumerable<KeyValuePair<string, string?>> query, out IReadOnlyList<string> faults, params IEnumerable<string> alsoKnown)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = All;
        List<string> found = [];
        HashSet<string> others = [.. alsoKnown];
        foreach (var (name, raw) in query)
        {
            var value = raw?.Trim();
            if (string.IsNullOrEmpty(value) || others.Contains(name))
                continue;
            filter = (name, value.Length) switch
            {
                (_, > 200) => Fault($"The value of \"{Short(name)}\" is longer than 200 characters; shorten it."),
                ("owner", _) => filter with { Owner = value },
                ("team", _) => filter with { Team = value },
                ("region", _) => filter with { Region = value },
                ("month", _) => value == None || DateOnly.TryParseExact(value, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                    ? filter with { Month = value } : Fault($"\"{Short(value)}\" is no month; write it as 2026-11."),
                ("connection", _) => filter with { Connection = value },
                ("currency", _) => filter with { Currency = value },
                ("kind", _) => Kinds.Contains(value) ? filter with { Kind = value } : Fault(Unknown("kind", value, Kinds)),
                ("list", _) => Lists.Contains(value) ? filter with { List = value } : Fault(Unknown("list", value, Lists)),
                ("days", _) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 3_650
                    ? filter with { Days = days } : Fault($"\"{Short(value)}\" is no number of days from 1 to 3650."),
                _ => Fault($"There is no filter \"{Short(name)}\"; known are owner, team, region, month, connection, kind, currency, list, days."),
            };
        }

        faults = found;
        return filter;

        HonestyFilter Fault(string sentence)
        {
            found.Add(sentence);
            return filter;
        }
    }

    /// <summary>Reads the text form; blank is <see cref="All"/>.</summary>
    /// <param name="text">Names and values as in a query string, percent-encoded where they have to be.</param>
    /// <param name="faults">As for <see cref="Parse"/>.</param>
    public static HonestyFilter ParseText(string? text, out IReadOnlyList<string> faults)
    {
        var filter = Parse(FilterText.Split(text, out var slips), out var others);
        faults = [.. slips, .. others];
        return filter;
    }

    /// <summary>The text form, without a question mark.</summary>
    public string ToQueryString() => string.Join('&', Parts().Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value)}"));

    /// <summary>The parts that are set, in a fixed order.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parts()
    {
        (string Name, string? Value)[] parts =
        [
            ("list", List), ("kind", Kind), ("owner", Owner), ("team", Team), ("region", Region), ("month", Month), ("connection", Connection), ("currency", Currency),
            ("days", Days?.ToString(CultureInfo.InvariantCulture)),
        ];
        return parts.Where(part => part.Value is not null).Select(part => KeyValuePair.Create(part.Name, part.Value!));
    }

    /// <summary>Conditions on the alias <c>h</c>, each led by "and".</summary>
    internal string Where()
    {
        var where = new StringBuilder();
        if (Owner is not null)
            where.Append(" and h.rep = @owner");
        if (Team is not null)
            where.Append(" and h.team = @team");
        if (Region is not null)
            where.Append(" and h.region = @region");
        if (Month is not null)
            where.Append(" and h.month = @month");
        if (Connection is not null)
            where.Append(" and h.connection_id = (select id from connection where key = @connection)");
        if (Currency is not null)
            where.Append(" and h.currency = @currency");
        if (Kind is not null)
            where.Append(Kind == "disagrees" ? " and h.stake >= 0" : " and h.verdict = @kind");
        return where.Append(List switch
        {
            "claims" => " and h.claims_unshown = 1",
            "lost" => " and h.verdict = 'lost_open'",
            "won" => " and h.verdict = 'won_open'",
            "active" => " and h.verdict = 'closed_active'",
            "stale" => " and h.is_open = 1 and h.last_activity_at < @before",
            "silent" => " and h.is_open = 1 and h.last_engaged_at < @before",
            _ => "",
        }).ToString();
    }

    /// <summary>Which column puts the deals into order: money at stake, or where a list is not about disagreement the amount.</summary>
    internal string Order => List is "claims" or "stale" or "silent" ? "h.cents" : "h.stake";

    /// <summary>What the conditions refer to.</summary>
    internal DynamicParameters Parameters(DateTimeOffset now) => new(new
    {
        owner = Plain(Owner), team = Plain(Team), region = Plain(Region), month = Plain(Month), connection = Connection, currency = Plain(Currency), kind = Kind,
        before = now.AddDays(-(Days ?? UsualDays)).ToUnixTimeMilliseconds(),
    });

    private static string? Plain(string? value) => value == None ? "" : value;

    private static string Unknown(string name, string value, IReadOnlyList<string> known) => $"\"{Short(value)}\" is no {name}; known are {string.Join(", ", known)}.";

    private static string Short(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
