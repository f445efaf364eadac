using System.Text.Json;
using CrmSync.Connectors.Http;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class SafeTextTests
{
    // Attributes are stored as UTF-8, which cannot hold the lone surrogates; so these stand in the method.
    [Fact]
    public void Clean_DamagedText_ReplacesOnlyTheDamage()
    {
        SafeText.Clean("plain 😀").ShouldBe("plain 😀");
        SafeText.Clean("a\0b").ShouldBe("a\uFFFDb");
        SafeText.Clean("a\ud800").ShouldBe("a\uFFFD");
        SafeText.Clean("\udc00b").ShouldBe("\uFFFDb");
        SafeText.Clean("\ud800\ud800\udc00").ShouldBe("\uFFFD\ud800\udc00");
    }

    [Fact]
    public void Clean_AnyText_IsValidUtf16OfTheSameLengthAndStaysAsItIs() =>
        Prop.ForAll(ArbMap.Default.ArbFor<char[]>(), characters =>
        {
            var text = new string(characters ?? []);
            var clean = SafeText.Clean(text);
            clean.Length.ShouldBe(text.Length);
            clean.ShouldNotContain('\0');
            var strict = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
            strict.GetString(strict.GetBytes(clean)).ShouldBe(clean);
            SafeText.Clean(clean).ShouldBe(clean);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{"v":"a\ud800b\u0000\n\"\\/\u00e9"}""", "a\uFFFDb\uFFFD\n\"\\/é")]
    [InlineData("""{"v":"\ud83d\ude00 \ude00"}""", "😀 \uFFFD")]
    public void Read_EscapedLoneSurrogate_ComesThrough(string json, string expected) =>
        SafeText.Read(JsonDocument.Parse(json).RootElement.GetProperty("v")).ShouldBe(expected);

    [Fact]
    public void Read_BytesThatAreNoUtf8_ComeThrough()
    {
        byte[] json = [.. "{\"v\":\"caf"u8, 0xE9, .. " x\"}"u8];
        SafeText.Read(JsonDocument.Parse(json).RootElement.GetProperty("v")).ShouldBe("caf\uFFFD x");
    }
}

public sealed class ScrubTests
{
    [Theory]
    [InlineData("token pat-na1-1234-5678 is expired", "token [removed] is expired")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer [removed]")]
    [InlineData("session 00D5g0000001!AQ8AQ_secret", "session [removed]")]
    [InlineData("two\nlines", "two lines")]
    [InlineData("  ", null)]
    [InlineData(null, null)]
    public void Text_RemoteWords_LoseCredentials(string? remote, string? expected) => Scrub.Text(remote).ShouldBe(expected);

    [Fact]
    public void Text_LongWords_AreCutAtAThousandWithoutACredentialAtTheCut()
    {
        var text = Scrub.Text(new string('x', 980) + " pat-na1-" + new string('7', 500))!;
        text.Length.ShouldBeLessThanOrEqualTo(Scrub.Longest);
        text.ShouldNotContain("pat-");
    }
}
