using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Text;

public sealed class PhraseSearchTests
{
    private static readonly PhraseSearch Footers = new("unsubscribe", "opt out", "désabonner", "abmelden");

    [Theory]
    [InlineData("Click to UNSUBSCRIBE here", 9)]
    [InlineData("Please opt out or unsubscribe", 7)]
    [InlineData("Hier abmelden: für alle Listen", 5)]
    [InlineData("Pour vous DÉSABONNER, cliquez", 10)]
    [InlineData("Ünsubscribe is none, opt out is", 21)]
    [InlineData("nothing of the kind", -1)]
    [InlineData("ganz ohne Fußzeile", -1)]
    [InlineData("", -1)]
    public void IndexIn_AsciiOrNot_GivesTheFirstPhrase(string line, int index)
    {
        Footers.IndexIn(line).ShouldBe(index);
        Footers.IsIn(line).ShouldBe(index >= 0);
    }
}
