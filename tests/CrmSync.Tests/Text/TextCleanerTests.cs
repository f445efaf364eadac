using CrmSync.Pipeline.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Text;

public sealed class TextCleanerTests
{
    private static readonly string[] Fragments =
    [
        "<p>", "</p>", "<div style='display:none'>", "</div>", "<script>", "</script>", "<b", "&amp;", "&amp;lt;p&amp;gt;", "&#8203;", "&nbsp;", "&lt;", "&", "<", ">",
        "\u200B", "\u00AD", "\0", "\uD800", "\uDC00", "\uFFFE", "ﬁ", "½", "Ａ", "\u0303", "\u0323", "é", "e\u0301", "â€™", "Ã©", "Ã", "©", "™", "http://a", "https://", "www.x", "a@b.example",
        "@", "+49 30 1234567", "+1", "[link]", " ", "\n", "\r\n", "\t", "> ", "word", "ß", "日本", "<a@b.example>", "<!--", "-->", "<br>", "\u2028", "＜p＞", "＆amp;",
    ];

    private static readonly Arbitrary<string> Soup =
        Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts)).ToArbitrary();

    [Fact]
    public void Clean_CleanedText_ChangesNothing() =>
        Prop.ForAll(Soup, text => TextCleaner.Clean(TextCleaner.Clean(text)) == TextCleaner.Clean(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Clean_AnyString_ChangesNothingTwice() =>
        Prop.ForAll<string?>(text => TextCleaner.Clean(TextCleaner.Clean(text ?? "")) == TextCleaner.Clean(text ?? "")).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData("<p>Tom &amp; Ines<br>said &quot;yes&quot;</p>", "Tom & Ines\nsaid \"yes\"")]
    [InlineData("before<script>if (a<b) alert('x')</script> after", "before after")]
    [InlineData("<div>see</div><style>p { color: red }</style><div>this</div>", "see\nthis")]
    [InlineData("<p>open<span style=\"display: none\">secret <span>inner</span> text</span> word</p>", "open word")]
    [InlineData("<p>Ines &lt;ines@corbel.example&gt; wrote</p>", "Ines < [address]> wrote")]
    [InlineData("<p>From: Ines <ines@corbel.example></p>", "From: Ines < [address]>")]
    [InlineData("see https://t.corbel.example/u/8?x=1 and www.corbel.example.", "see [link] and [link]")]
    [InlineData("ring +49 (30) 123-4567 today", "ring [phone] today")]
    [InlineData("in\u200Bvis\u00ADible\0", "invisible")]
    [InlineData("ﬁne Ｗｉｄｅ", "fine Wide")]
    [InlineData("donâ€™t, crÃ©dit", "don't, crédit")]
    [InlineData("Ã‰tÃ©, fenÃªtre, Ã–l", "Été, fenêtre, Öl")]
    [InlineData("a  b\t c\r\n\r\n\r\n\r\nd  ", "a b c\n\nd")]
    [InlineData("Grüße aus Köln, à bientôt, ¿qué tal?, tot zo", "Grüße aus Köln, à bientôt, ¿qué tal?, tot zo")]
    [InlineData("1 < 2 && 3 > 2", "1 < 2 && 3 > 2")]
    public void Clean_Example_IsCleaned(string raw, string cleaned) => TextCleaner.Clean(raw).ShouldBe(cleaned);

    [Fact]
    public void Clean_TextWithEscapedTag_DoesNotBecomeMarkup() => TextCleaner.Clean("write &lt;b&gt;bold&lt;/b&gt;").ShouldBe("write < b>bold< /b>");
}
