using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console;

/// <summary>What every page has at hand.</summary>
internal abstract class ConsolePage(LabelCatalog labels, CrmLinks links, TimeProvider time) : PageModel
{
    /// <summary>Taxonomies and their colours.</summary>
    public LabelCatalog Labels { get; } = labels;

    /// <summary>Addresses of CRM records.</summary>
    public CrmLinks Links { get; } = links;

    /// <summary>When the page is drawn.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Who acts, as audit rows name it.</summary>
    protected string Actor => Sessions.NameOf(User);

    /// <summary>The query string's parts, each name once: where a name is repeated the last one counts.</summary>
    protected IEnumerable<KeyValuePair<string, string?>> QueryParts => Request.Query.Select(part => KeyValuePair.Create(part.Key, part.Value.LastOrDefault()));

    /// <summary>The part of a list that the query string asks for; a cursor that cannot be read means the newest.</summary>
    protected PageRequest PageFromQuery() => new(
        PageCursor.TryParse(Request.Query["before"], out var before) ? before : null,
        PageCursor.TryParse(Request.Query["after"], out var after) ? after : null);
}

/// <summary>The links beside a list.</summary>
/// <param name="Path">The list's page.</param>
/// <param name="Query">The filter's text form.</param>
/// <param name="Older">Cursor of older rows.</param>
/// <param name="Newer">Cursor of newer rows.</param>
/// <param name="StoppedEarly">Whether the search may go on.</param>
internal sealed record Pager(string Path, string Query, PageCursor? Older, PageCursor? Newer, bool StoppedEarly)
{
    /// <summary>Address of older rows.</summary>
    public string OlderHref => Href("before", Older);

    /// <summary>Address of newer rows.</summary>
    public string NewerHref => Href("after", Newer);

    /// <summary>Address of the newest rows.</summary>
    public string NewestHref => Query.Length == 0 ? Path : $"{Path}?{Query}";

    private string Href(string name, PageCursor? cursor) => $"{Path}?{(Query.Length == 0 ? "" : Query + "&")}{name}={cursor}";
}
