namespace CrmSync.Connectors.Salesforce;

/// <summary>Builds the conditions of our queries within Salesforce's limits. Pure.</summary>
internal static class SalesforceSoql
{
    /// <summary>Longest text behind WHERE.</summary>
    public const int LongestWhere = 4_000;

    /// <summary>
    /// Cuts ids into lists that keep WHERE under its limit. Ids go out in 15 characters, which Salesforce takes as well as 18: so 200 of
    /// them fit.
    /// </summary>
    /// <param name="field">The field that is compared.</param>
    /// <param name="ids">The ids.</param>
    /// <param name="and">Further conditions, without AND; null for none.</param>
    public static IEnumerable<string> ByIds(string field, IEnumerable<string> ids, string? and = null)
    {
        var rest = and is null ? "" : $" AND {and}";
        var room = LongestWhere - field.Length - rest.Length - " IN ()".Length;
        var most = Math.Min(SalesforceClient.BatchLimit, room / "'000000000000000',".Length);
        return ids.Distinct(StringComparer.Ordinal).Chunk(most).Select(chunk => $"{field} IN ({SalesforceValues.Quoted(chunk.Select(id => id[..15]))}){rest}");
    }

    /// <summary>
    /// A window of modified times. Salesforce documents whole seconds, so the window is widened to them.
    /// </summary>
    public static string Within(string stampField, DateTimeOffset from, DateTimeOffset to) =>
        $"{stampField} >= {SalesforceValues.Literal(Floor(from))} AND {stampField} <= {SalesforceValues.Literal(Ceiling(to))}";

    /// <summary>The whole second at or before an instant.</summary>
    public static DateTimeOffset Floor(DateTimeOffset instant) => instant.AddTicks(-(instant.UtcTicks % TimeSpan.TicksPerSecond));

    /// <summary>The whole second at or after an instant.</summary>
    public static DateTimeOffset Ceiling(DateTimeOffset instant) =>
        Floor(instant) is var floor && floor == instant ? instant : floor.AddSeconds(1);
}
