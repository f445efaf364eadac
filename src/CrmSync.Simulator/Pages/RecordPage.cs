namespace CrmSync.Simulator.Pages;

/// <summary>One record: its properties, its text, how its labels came about, and the forms with which a person changes them.</summary>
internal static class RecordPage
{
    public static string Write(ISimulatedCrm crm, SimulatedRecord record, string? saved)
    {
        var labels = LabelProperties.Of(crm.Kind);
        var name = record.Subject.Trim() is { Length: > 0 } subject ? subject : "(no subject)";
        var main = new Html();
        main.Add($"""
            <nav class="crumbs" aria-label="Breadcrumb"><a href="/">Activities</a> ›
            <span>{PageLayout.TypeName(record)} {record.Id}</span></nav>
            <h1><span class="type">{PageLayout.TypeName(record)}</span> <bdi>{PageLayout.Shortened(name, 300)}</bdi></h1>
            """);
        if (saved is not null)
            main.Add($"<p class=\"saved\" role=\"status\">{saved}</p>");
        main.Add($"<div class=\"card\">{Side(record, labels)}{Middle(crm, record, labels)}{RecordForms.Write(record, labels)}</div>");
        return PageLayout.Write(crm, PageLayout.Shortened(name, 80), live: false, main.ToMarkup());
    }

    private static Markup Side(SimulatedRecord record, LabelProperties labels) => Html.Of(h =>
    {
        h.Add($"<aside class=\"side\" aria-label=\"Properties\"><section class=\"panel labels\"><h2>CrmSync labels</h2><dl>");
        h.Add($"<dt>Engagement</dt><dd>{PageLayout.Chip(record, labels.Engaged)}</dd>");
        h.Add($"<dt>Sales stage</dt><dd>{PageLayout.Chip(record, labels.Stage)}</dd>");
        h.Add($"<dt>Reason</dt><dd><bdi>{Value(record, labels.Reason) ?? "–"}</bdi></dd>");
        h.Add($"<dt>Labelled at</dt><dd>{Moment(Value(record, labels.LabelledAt))}</dd>");
        h.Add($"<dt>Version</dt><dd><bdi>{Value(record, labels.Version) ?? "–"}</bdi></dd></dl></section>");
        h.Add($"""
            <section class="panel"><h2>About this record</h2><dl>
            <dt>Happened</dt><dd>{PageLayout.Time(record.OccurredAt)}</dd>
            <dt>Last changed</dt><dd>{PageLayout.Time(record.ModifiedAt)}</dd>
            <dt>Owner</dt><dd><bdi>{record.Owner ?? "–"}</bdi></dd><dt>Contact</dt><dd><bdi>{record.Contact ?? "–"}</bdi></dd>
            <dt>Company</dt><dd><bdi>{record.Company ?? "–"}</bdi></dd><dt>Deal</dt><dd><bdi>{record.Deal ?? "–"}</bdi></dd>
            </dl></section>
            <section class="panel"><details><summary>All properties</summary><dl class="raw">
            """);
        foreach (var (property, value) in record.Properties.OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase))
        {
            var ours = LabelProperties.Owns(property) ? new Markup(" class=\"ours\"") : Markup.None;
            var shown = string.IsNullOrEmpty(value) ? "–" : PageLayout.Shortened(value, 300);
            h.Add($"<dt{ours}>{property}</dt><dd><bdi>{shown}</bdi></dd>");
        }

        h.Add($"</dl></details></section></aside>");
    });

    private static Markup Middle(ISimulatedCrm crm, SimulatedRecord record, LabelProperties labels) => Html.Of(h =>
    {
        var read = PlainText.Of(record.Body);
        h.Add($"<div class=\"middle\"><section class=\"panel\"><h2>Timeline</h2><article class=\"entry\">");
        h.Add($"<p class=\"meta\">{PageLayout.TypeName(record)} by <bdi>{record.Owner ?? "nobody"}</bdi> ·");
        h.Add($"{PageLayout.Time(record.OccurredAt)}</p>");
        if (read.Length == 0)
            h.Add($"<p class=\"empty\">No description.</p>");
        else
            h.Add($"<div class=\"body\" dir=\"auto\">{read}</div>");
        if (read != record.Body && record.Body.Length > 0)
            h.Add($"<details><summary>As stored</summary><pre>{record.Body}</pre></details>");
        h.Add($"</article></section><section class=\"panel\"><h2>History of the labels</h2>");
        var changes = labels.All
            .SelectMany(p => crm.History(record.ObjectType, record.Id, p).Select((c, order) => (Property: p, Change: c, Order: order)))
            .OrderByDescending(c => c.Change.At).ThenByDescending(c => c.Order).ToList();
        if (changes.Count == 0)
            h.Add($"<p class=\"empty\">No label was ever set on this record.</p>");
        else
            h.Add($"{History(changes)}");
        h.Add($"</section></div>");
    });

    private static Markup History(IEnumerable<(string Property, SimulatedChange Change, int Order)> changes) => Html.Of(h =>
    {
        h.Add($"""
            <table class="history"><thead><tr><th scope="col">When</th><th scope="col">Property</th><th scope="col">Value</th>
            <th scope="col">By</th></tr></thead><tbody>
            """);
        foreach (var (property, change, _) in changes)
        {
            var value = string.IsNullOrEmpty(change.Value) ? "cleared" : change.Value;
            h.Add($"""
                <tr><td data-label="When">{PageLayout.Time(change.At)}</td><td data-label="Property"><code>{property}</code></td>
                <td data-label="Value"><bdi>{value}</bdi></td><td data-label="By"><span class="by">{change.By}</span></td></tr>
                """);
        }

        h.Add($"</tbody></table>");
    });

    /// <summary>A stored time: ISO 8601 text, or milliseconds since 1970 as HubSpot stores them.</summary>
    private static Markup Moment(string? stored)
    {
        if (long.TryParse(stored, out var milliseconds) && milliseconds is > 0 and < 253_402_300_799_000)
            return PageLayout.Time(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
        return DateTimeOffset.TryParse(
            stored, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at)
            ? PageLayout.Time(at)
            : Html.Of(h => h.Add($"{stored ?? "–"}"));
    }

    private static string? Value(SimulatedRecord record, string property) =>
        record.Properties.GetValueOrDefault(property) is { Length: > 0 } value ? value : null;
}
