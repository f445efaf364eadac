using System.Text;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Briefs;

/// <summary>What the pages of briefs have in common.</summary>
internal abstract class BriefPage(IBriefStore store, BriefDesk desk, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    /// <summary>Least and most tokens of a brief.</summary>
    public const int LeastTokens = 100, MostTokens = 100_000;

    protected IBriefStore Store => store;

    protected BriefDesk Desk => desk;

    /// <summary>Tokens that the next brief may take.</summary>
    public int Tokens { get; protected set; } = desk.UsualTokens;

    /// <summary>What is wrong with the last request; null for nothing.</summary>
    public string? Fault { get; protected set; }

    /// <summary>
    /// A wish of the person who is signed in; a number that cannot be is brought into its limits. Whoever only reads gets a brief as well, worded by the template: it costs nothing.
    /// </summary>
    protected BriefWish Wish(int? tokens)
    {
        Tokens = Math.Clamp(tokens ?? desk.UsualTokens, LeastTokens, MostTokens);
        return new BriefWish(Actor, Tokens) { AsksModel = Roles.Has(User, ApiRole.Reviewer) };
    }

    /// <summary>A brief as a file.</summary>
    protected IActionResult Hand(GivenBrief? given, string? format)
    {
        if (given?.Content is not { } brief)
            return NotFound();
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"brief-{given.Segment}-{given.Id}");
        return format == "json"
            ? File(Encoding.UTF8.GetBytes(BriefText.Json(brief)), "application/json; charset=utf-8", $"{name}.json")
            : File(Encoding.UTF8.GetBytes(BriefText.Markdown(brief)), "text/markdown; charset=utf-8", $"{name}.md");
    }
}

/// <summary>A brief as it is shown.</summary>
/// <param name="Given">The brief.</param>
/// <param name="Files">Address of its files, to which the format is added.</param>
/// <param name="Now">When the page is drawn.</param>
internal sealed record ShownBrief(GivenBrief Given, string Files, DateTimeOffset Now)
{
    private static readonly BriefPart[] Order = [BriefPart.TalkingPoint, BriefPart.Question, BriefPart.Risk, BriefPart.Background];

    /// <summary>The parts that say something, in the order in which people read them.</summary>
    public IEnumerable<(BriefPart Part, IReadOnlyList<BriefPoint> Points)> Parts => Given.Content is not { } brief ? [] :
        Order.Select(part => (Part: part, Points: (IReadOnlyList<BriefPoint>)[.. brief.Points.Where(point => point.Part == part)])).Where(row => row.Points.Count > 0);
}
