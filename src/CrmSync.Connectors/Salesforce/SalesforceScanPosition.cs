namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Where a scan stands, as text <c>stamp|id|ceiling|mode</c> of which the last two parts may be missing: everything up to (stamp, id) has
/// been given.
/// </summary>
internal sealed record SalesforceScanPosition
{
    /// <summary>The begin of a scan.</summary>
    public static readonly SalesforceScanPosition Start = new();

    /// <summary>Stamp of the last row; null before the first one.</summary>
    public DateTimeOffset? Stamp { get; init; }

    /// <summary>Id of the last row; null where all rows of the stamp are through.</summary>
    public string? Id { get; init; }

    /// <summary>End of a narrower window, because the whole one took Salesforce too long; null for the window's own end.</summary>
    public DateTimeOffset? Ceiling { get; init; }

    /// <summary>Whether the rest comes from a bulk query.</summary>
    public bool IsBulk { get; init; }

    /// <summary>Whether bulk queries are out of the question in this scan.</summary>
    public bool IsQueryOnly { get; init; }

    /// <summary>The bulk job that reads everything after (stamp, id); null where it has yet to be created.</summary>
    public string? Job { get; init; }

    /// <summary>Where the job's results go on; null for their begin.</summary>
    public string? Locator { get; init; }

    /// <summary>Reads the text; null where it is not one of ours.</summary>
    public static SalesforceScanPosition? Parse(string text)
    {
        var parts = text.Split('|');
        if (parts.Length is < 2 or > 4)
            return null;
        var position = new SalesforceScanPosition
        {
            Stamp = SalesforceValues.Instant(parts[0]),
            Id = SalesforceId.Normalise(parts[1]),
            Ceiling = parts.Length > 2 ? SalesforceValues.Instant(parts[2]) : null,
        };
        var sound = (position.Stamp is not null || parts[0].Length == 0) && (position.Id is not null || parts[1].Length == 0)
            && (position.Id is null || position.Stamp is not null)
            && (position.Ceiling is not null || parts.Length < 3 || parts[2].Length == 0);
        return sound ? position.WithMode(parts.Length > 3 ? parts[3].Split(':') : []) : null;
    }

    /// <summary>The rows after this one, in SOQL: many rows share a stamp, so the id decides among them. Empty at the start.</summary>
    public string ToCondition(string stampField)
    {
        if (Stamp is not { } stamp)
            return "";
        var literal = SalesforceValues.Literal(stamp);
        return Id is null
            ? $" AND {stampField} > {literal}"
            : $" AND ({stampField} > {literal} OR ({stampField} = {literal} AND Id > '{Id}'))";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var mode = IsQueryOnly ? "q" : !IsBulk ? "" : string.Join(':', Modes());
        var ceiling = Ceiling is { } end ? SalesforceValues.Literal(end) : "";
        var text = $"{(Stamp is { } stamp ? SalesforceValues.Literal(stamp) : "")}|{Id}";
        return (ceiling, mode) is ("", "") ? text : mode.Length == 0 ? $"{text}|{ceiling}" : $"{text}|{ceiling}|{mode}";
    }

    private IEnumerable<string> Modes()
    {
        yield return "b";
        if (Job is null)
            yield break;
        yield return Job;
        if (Locator is not null)
            yield return Uri.EscapeDataString(Locator);
    }

    private SalesforceScanPosition? WithMode(string[] mode) => mode switch
    {
        [] or [""] => this,
        ["q"] => this with { IsQueryOnly = true },
        ["b"] => this with { IsBulk = true },
        ["b", var job] when SalesforceId.Normalise(job) is { } id => this with { IsBulk = true, Job = id },
        ["b", var job, var locator] when SalesforceId.Normalise(job) is { } id =>
            this with { IsBulk = true, Job = id, Locator = Uri.UnescapeDataString(locator) },
        _ => null,
    };
}
