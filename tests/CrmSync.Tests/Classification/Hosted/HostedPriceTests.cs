using CrmSync.Pipeline.Classification.Hosted;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Hosted;

public sealed class HostedPriceTests
{
    private static readonly HostedPrice Price = new() { PromptUsd = 1, CompletionUsd = 0 };

    [Theory]
    [InlineData("a note in plain English, four letters to a token", 24)]
    [InlineData("電話で話しました", 24)]
    [InlineData("дзвінок", 14)]
    public void MostUsd_AnyScript_CoversEveryTokenThatItCanTake(string text, int leastTokens) =>
        (Price.MostUsd(Prompt(text)) * 1_000_000).ShouldBeGreaterThanOrEqualTo(leastTokens);

    [Fact]
    public void MostUsd_PlainEnglish_SetsAsideNoMoreThanTwiceTheUsualPrice() =>
        (Price.MostUsd(Prompt(new string('a', 4_000))) * 1_000_000).ShouldBeLessThan(2_100);

    private static HostedPrompt Prompt(string user) => new("id", "deployment", "", user, "key", "", 0);
}
