using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Search;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Exports;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Activities, the newest touch first.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class ActivitiesModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private const string LabelPrefix = "label.";

    public ActivityFilter Filter { get; private set; } = ActivityFilter.All;

    /// <summary>What is looked for; empty where nothing is.</summary>
    public SearchQuery Query { get; private set; } = SearchQuery.Parse(null);

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public KeysetPage<ActivityRow> Found { get; private set; } = new([], null, null);

    /// <summary>How many match.</summary>
    public CappedCount Count { get; private set; }

    /// <summary>Texts whose words cannot be found yet; zero unless words are looked for.</summary>
    public CappedCount Unsearched { get; private set; }

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        ReadFilter();
        Connections = await ledger.Activities.ConnectionsAsync(cancellationToken);
        Found = await ledger.Activities.PageAsync(Filter, PageFromQuery(), cancellationToken);
        Count = await ledger.Activities.CountAsync(Filter, cancellationToken);
        Unsearched = Filter.Text is null ? default : await ledger.Activities.CountUnsearchedAsync(cancellationToken);
    }

    /// <summary>All that matches, as a file without texts.</summary>
    public async Task<IActionResult> OnGetExportAsync(string? rows, string? format, CancellationToken cancellationToken)
    {
        ReadFilter();
        // A slip in the filter must not hide as a file with too much in it.
        if (Faults.Count > 0)
            return Redirect("/activities?" + string.Join('&', Request.Query.Where(part => part.Key is not ("handler" or "rows" or "format")).Select(part => $"{Uri.EscapeDataString(part.Key)}={Uri.EscapeDataString(part.Value.LastOrDefault() ?? "")}")));
        var kind = ExportFormats.Of(format == "jsonl" ? "jsonl" : "csv");
        var decisions = rows == "decisions";
        Response.ContentType = ExportFormats.ContentType(kind);
        Response.Headers.ContentDisposition = $"attachment; filename=\"crmsync-{(decisions ? "decisions" : "activities")}.{(kind == ExportFormat.Csv ? "csv" : "jsonl")}\"";
        if (decisions)
            await RowWriter.WriteAsync(LedgerExports.Decisions(ledger.Lists, Filter, withFormer: false, cancellationToken), kind, Response.Body, cancellationToken);
        else
            await RowWriter.WriteAsync(LedgerExports.Activities(ledger.Lists, Filter, withTexts: false, cancellationToken), kind, Response.Body, cancellationToken);
        return new EmptyResult();
    }

    public string NameOf(ActivityRow row) => Connections.First(connection => connection.Id == row.ConnectionId).Name;

    /// <summary>Whether a label is chosen for a taxonomy.</summary>
    public bool IsChosen(string taxonomy, string? label) =>
        (Filter.Taxonomy == taxonomy && Filter.Label == label) || (label is not null && (Filter.Also ?? "").Split(',').Contains($"{taxonomy}:{label}"));

    /// <summary>Address of a file with all that matches.</summary>
    public string ExportAddress(string rows) => $"/activities?handler=Export&rows={rows}{(Filter.IsEmpty ? "" : "&" + Filter.ToQueryString())}";

    // The form has a choice per taxonomy; in addresses they are "label", of which the answer and the deciding step speak, and "also".
    private void ReadFilter()
    {
        List<KeyValuePair<string, string?>> parts = [.. QueryParts];
        var chosen = parts.Where(part => part.Key.StartsWith(LabelPrefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(part.Value))
            .Select(part => (Taxonomy: part.Key[LabelPrefix.Length..], Label: part.Value!)).OrderBy(part => part.Label == "*" ? 0 : 1).ToList();
        parts.RemoveAll(part => part.Key.StartsWith(LabelPrefix, StringComparison.Ordinal));
        if (chosen.Count > 0)
        {
            parts.Add(KeyValuePair.Create("label", (string?)(chosen[0].Label == "*" ? chosen[0].Taxonomy : $"{chosen[0].Taxonomy}:{chosen[0].Label}")));
            if (chosen.Skip(1).Where(part => part.Label != "*").ToList() is { Count: > 0 } further)
                parts.Add(KeyValuePair.Create("also", (string?)string.Join(',', further.Select(part => $"{part.Taxonomy}:{part.Label}"))));
        }
        Filter = ActivityFilter.Parse(parts, out var faults, "before", "after", "handler", "rows", "format");
        Faults = faults;
        Query = SearchQuery.Parse(Filter.Text);
    }
}
