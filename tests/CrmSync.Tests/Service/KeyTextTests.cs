using CrmSync.Service.Api;
using CrmSync.Service.Api.Access;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Service;

public sealed class KeyTextTests
{
    [Fact]
    public void Draw_ManyTimes_NeverRepeatsAndReadsBack()
    {
        var keys = Enumerable.Range(0, 1_000).Select(_ => KeyText.Draw()).ToList();

        keys.Select(key => key.Whole).ShouldBeUnique();
        foreach (var key in keys)
        {
            KeyText.TryParse(key.Whole, out var read).ShouldBeTrue();
            read.ShouldBe(key);
            read.Fits(key.Hash).ShouldBeTrue();
        }
        keys[0].Fits(keys[1].Hash).ShouldBeFalse();
        keys[0].Fits("").ShouldBeFalse();
        keys[0].Hash.ShouldNotContain(keys[0].Whole[17..]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("crmsync_")]
    [InlineData("crmsync_01234567_short")]
    [InlineData("hubspot_01234567_0123456789012345678901234567890123456789012")]
    [InlineData("crmsync_01234567-0123456789012345678901234567890123456789012")]
    [InlineData("crmsync_01234567_01234567890123456789012345678901234567890é2")]
    public void TryParse_OtherText_IsNone(string? text) => KeyText.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Cursor_CarriedToAnotherList_IsRefused()
    {
        var at = new PageCursor(1_700_000_000_000, 42);
        var text = ApiCursor.Write(at, "log?outcome=kept");

        ApiCursor.Read(text, "log?outcome=kept").ShouldBe(at);
        foreach (var (carried, list) in new[] { (text, "log?"), (text[1..], "log?outcome=kept"), ("", "log?outcome=kept"), ($"{at}", "log?outcome=kept") })
            Should.Throw<ApiRefusal>(() => ApiCursor.Read(carried, list)).Error.ShouldBe(ApiErrors.BadCursor);
    }
}
