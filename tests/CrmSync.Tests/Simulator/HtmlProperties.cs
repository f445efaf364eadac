using System.Net;
using CrmSync.Simulator.Pages;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class HtmlProperties
{
    private static readonly Arbitrary<string> Texts = Gen
        .Elements(
            "<", ">", "&", "\"", "'", "&amp;", "&#xA;", "<p>", "</p>", "<script>", "\n", "é", "\u202E", "a", " ", "\0", "<style", "=")
        .ListOf().Select(parts => string.Concat(parts)).ToArbitrary();

    [Fact]
    public void Add_AnyText_DecodesToItselfAndHoldsNoMarkup() => Prop.ForAll(Texts, text =>
    {
        var written = Html.Of(h => h.Add($"{text}")).Encoded;
        written = written[..^1];
        return WebUtility.HtmlDecode(written) == text && written.AsSpan().IndexOfAny("<>\"'") < 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void PlainText_AnyBody_NeverLonger() =>
        Prop.ForAll(Texts, body => PlainText.Of(body).Length <= body.Length + 1).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("no markup at all", "no markup at all")]
    [InlineData("Mail from <a.b@c.example>, 3 < 4", "Mail from <a.b@c.example>, 3 < 4")]
    [InlineData("<p>one</p><p>two &amp; three</p>", "one\ntwo & three")]
    [InlineData("<p>a<script>alert('<p>')</script>b", "ab")]
    [InlineData("<p>ends <b", "ends <b")]
    [InlineData("<p>2 &lt;b&gt;", "2 <b>")]
    public void PlainText_Body_ReadsAsAPersonWould(string body, string read) => PlainText.Of(body).ShouldBe(read);
}
