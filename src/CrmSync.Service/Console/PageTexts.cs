using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Localization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Localization;

[assembly: RootNamespace("CrmSync.Service")]

namespace CrmSync.Service.Console;

/// <summary>
/// The texts of the page that is being drawn, which pages know as <c>T</c>: each page has a <c>.resx</c> of its own name beside it, in English; another language
/// is another file, such as <c>Log.de.resx</c>. A text may hold markup; what is put into it is encoded. Made anew for each page; not thread-safe.
/// </summary>
internal sealed class PageTexts(IHtmlLocalizerFactory factory) : IViewContextAware
{
    private static readonly string Home = typeof(PageTexts).Assembly.GetName().Name!;
    private IHtmlLocalizer _page = null!;

    /// <summary>A text of the page as markup.</summary>
    /// <param name="name">Its name in the page's <c>.resx</c>.</param>
    /// <param name="arguments">What stands for {0}, {1} and so on: markup as it is, everything else encoded.</param>
    public IHtmlContent this[string name, params object?[] arguments] => _page[name, arguments!];

    /// <summary>A text of the page for where a plain string is wanted; it holds no markup.</summary>
    /// <inheritdoc cref="this"/>
    public string Plain(string name, params object?[] arguments) => string.Format(CultureInfo.InvariantCulture, _page.GetString(name).Value, arguments);

    /// <inheritdoc/>
    public void Contextualize(ViewContext viewContext)
    {
        // The framework's own looks into the entry assembly, which may be a test or another host; the texts are here.
        var path = viewContext.ExecutingFilePath is { Length: > 0 } executing ? executing : viewContext.View.Path;
        _page = factory.Create(Home + Path.ChangeExtension(path, null).Replace('/', '.'), Home);
    }
}
