using CrmSync.Service.Console.Labels;
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

    /// <summary>The query string's parts, each name once: where a name is repeated the last one counts.</summary>
    protected IEnumerable<KeyValuePair<string, string?>> QueryParts => Request.Query.Select(part => KeyValuePair.Create(part.Key, part.Value.LastOrDefault()));
}
