using System.Text.Encodings.Web;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Service.Console.Segments;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Console;

public sealed class CitedTextTests
{
    private static ThreadMessage Message(string text, int citations = 2) => new("7", "a", ThreadRole.Specialist, "template", default, text)
    {
        Citations = [.. Enumerable.Range(0, citations).Select(at => new Citation(CitationKind.Line, $"l{at}", null, null))],
    };

    private static string Html(string text, int citations = 2)
    {
        using var writer = new StringWriter();
        CitedText.Draw(Message(text, citations)).WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }

    [Fact]
    public void Draw_MarksOfCitations_AreLinksAndTheRestIsText() => Html("Price. [1]\nBoth [1] [2], not [3] or [x] or [").ShouldBe(
        "<p>Price. <a class=\"cite\" href=\"#m7-c1\">[1]</a></p><p>Both <a class=\"cite\" href=\"#m7-c1\">[1]</a> <a class=\"cite\" href=\"#m7-c2\">[2]</a>, not [3] or [x] or [</p>");

    [Fact]
    public void Draw_HostileText_IsHarmless()
    {
        var html = Html("<script>alert(1)</script>\u202E [1]");
        html.ShouldContain("&lt;script&gt;");
        html.ShouldNotContain("\u202E");
        html.ShouldContain("#m7-c1");
    }

    [Fact]
    public void Bare_LeavesMarksOutAndCuts()
    {
        CitedText.Bare(Message("Price. [1]\nBoth [1] [2], and [person 1]."), 600).ShouldBe("Price.\nBoth  , and [person 1].");
        CitedText.Bare(Message("abc😀"), 4).ShouldBe("abc");
    }
}
