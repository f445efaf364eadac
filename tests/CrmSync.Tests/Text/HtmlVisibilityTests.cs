using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Text;

public sealed class HtmlVisibilityTests
{
    [Theory]
    [InlineData("<div style=\"background:#036\"><span style=\"color:#fff\">seen</span></div>")]
    [InlineData("<table bgcolor=\"#003366\"><tr><td><font color=\"white\">seen</font></td></tr></table>")]
    [InlineData("<td background=\"x.png\"><font color=\"#ffffff\">seen</font></td>")]
    [InlineData("<a style=\"background-color:#06c;color:#ffffff;padding:4px\">seen</a>")]
    [InlineData("<p style=\"font-size:9pt;opacity:0.9;color:#777\">seen</p>")]
    [InlineData("<td style=\"width:1%;overflow:hidden\">seen</td>")]
    [InlineData("<p aria-hidden=\"false\">seen</p>")]
    [InlineData("<style>.a{color:red}.b{display:none}</style><p class=\"a\">seen</p>")]
    [InlineData("<div style=\"display:none\">x</div><p>seen</p>")]
    [InlineData("<p style=\"margin-left:-20px;text-indent:-18pt\">seen</p>")]
    public void Clean_WhatAReaderSees_IsKept(string html) => TextCleaner.Clean(html).ShouldBe("seen");

    [Theory]
    [InlineData("<div style=\"background:#036\"><span style=\"color:#003367\">no</span></div>")]
    [InlineData("<div style=\"background:#fff\"><div>a</div><span style=\"color:rgb(255, 255, 255)\">no</span></div>")]
    [InlineData("<style>p{x:y} .a, .b { DISPLAY: none }</style><p class=\"c b\">no</p>")]
    [InlineData("<span style=\"color:#222;background:#222222\">no</span>")]
    [InlineData("<p style=\"font-size:0.9px\">no</p>")]
    public void Clean_WhatNobodySees_IsGone(string html) => TextCleaner.Clean(html).ShouldNotContain("no");

    [Fact]
    public void Clean_PlainTextWithAStrayTag_KeepsItsLines() => TextCleaner.Clean("one\ntwo <b>three</b>\nfour").ShouldBe("one\ntwo three\nfour");
}
