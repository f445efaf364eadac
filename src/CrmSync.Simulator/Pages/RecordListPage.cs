namespace CrmSync.Simulator.Pages;

/// <summary>All activities, newest first, as a rep would scroll through them.</summary>
internal static class RecordListPage
{
    public const int PageSize = 25;
    private const int ShownSubject = 140;

    public static string Write(ISimulatedCrm crm, int page, bool live)
    {
        var total = crm.CountActivities();
        var pages = Math.Max(1, (total + PageSize - 1) / PageSize);
        page = Math.Clamp(page, 1, pages);
        var labels = LabelProperties.Of(crm.Kind);
        var records = crm.ListActivities((page - 1) * PageSize, PageSize);
        var main = new Html();
        main.Add($"<div class=\"title\"><h1>Activities</h1>{Refreshing(page, live)}</div>");
        if (records.Count == 0)
        {
            main.Add($"<p class=\"empty\">No activities yet. They appear here as soon as a rep or a tool logs one.</p>");
            return PageLayout.Write(crm, "Activities", live, main.ToMarkup());
        }

        main.Add($"""
            <table class="list">
            <caption>{(page - 1) * PageSize + 1} to {(page - 1) * PageSize + records.Count} of {total}, newest first</caption>
            <thead><tr><th scope="col">When</th><th scope="col">Type</th><th scope="col">Subject</th><th scope="col">Who</th>
            <th scope="col">Company</th><th scope="col">Deal</th><th scope="col">Engagement</th><th scope="col">Stage</th></tr></thead>
            <tbody>
            """);
        foreach (var record in records)
            main.Add($"{Row(record, labels)}");
        main.Add($"</tbody></table>{Paging(page, pages, live)}");
        return PageLayout.Write(crm, "Activities", live, main.ToMarkup());
    }

    private static Markup Row(SimulatedRecord record, LabelProperties labels)
    {
        var engaged = PageLayout.Chip(record, labels.Engaged);
        var stage = PageLayout.Chip(record, labels.Stage);
        return Html.Of(h => h.Add($"""
            <tr><td data-label="When" class="when">{PageLayout.Time(record.OccurredAt)}</td>
            <td data-label="Type"><span class="type">{PageLayout.TypeName(record)}</span></td>
            <td data-label="Subject" class="subject"><a href="{PageLayout.AddressOf(record)}"><bdi>{Shown(record)}</bdi></a></td>
            <td data-label="Who"><bdi>{record.Contact ?? "–"}</bdi> <span class="owner">by <bdi>{record.Owner ?? "nobody"}</bdi></span></td>
            <td data-label="Company"><bdi>{record.Company ?? "–"}</bdi></td><td data-label="Deal"><bdi>{record.Deal ?? "–"}</bdi></td>
            <td data-label="Engagement">{engaged}</td><td data-label="Stage">{stage}</td></tr>
            """));
    }

    private static string Shown(SimulatedRecord record) =>
        record.Subject.Trim() is { Length: > 0 } subject ? PageLayout.Shortened(subject, ShownSubject) : "(no subject)";

    private static Markup Refreshing(int page, bool live) => Html.Of(h =>
    {
        if (live)
            h.Add($"<p class=\"live\">Refreshing every 5 seconds · <a href=\"/?page={page}\">Stop</a></p>");
        else
            h.Add($"<p class=\"live\"><a href=\"/?page={page}&amp;live=1\">Refresh every 5 seconds</a></p>");
    });

    private static Markup Paging(int page, int pages, bool live)
    {
        var kept = new Markup(live ? "&amp;live=1" : "");
        return Html.Of(h =>
        {
            h.Add($"<nav class=\"paging\" aria-label=\"Pages\">");
            if (page > 1)
                h.Add($"<a href=\"/?page=1{kept}\">Newest</a> <a rel=\"prev\" href=\"/?page={page - 1}{kept}\">Newer</a>");
            h.Add($"<span aria-current=\"page\">Page {page} of {pages}</span>");
            if (page < pages)
                h.Add($"<a rel=\"next\" href=\"/?page={page + 1}{kept}\">Older</a> <a href=\"/?page={pages}{kept}\">Oldest</a>");
            h.Add($"</nav>");
        });
    }
}
