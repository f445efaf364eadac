using System.Text;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>What a deployment's tokens cost. Prices change and differ by region and contract, so they are settings and never looked up.</summary>
public sealed record HostedPrice
{
    private const decimal Million = 1_000_000;

    // English runs at about four characters a token, other languages in Latin letters and JSON at three or less; the bound must not be too low.
    private const int FewestLatinCharactersPerToken = 2;

    /// <summary>USD per million prompt tokens that were not cached. Default 0.40, a small model's order of magnitude; put your own contract's.</summary>
    public decimal PromptUsd { get; init; } = 0.40m;

    /// <summary>USD per million cached prompt tokens. Default 0.10.</summary>
    public decimal CachedUsd { get; init; } = 0.10m;

    /// <summary>USD per million completion tokens. Default 1.60.</summary>
    public decimal CompletionUsd { get; init; } = 1.60m;

    /// <summary>What a batch costs as a share of the direct price, above 0 to 1. Default 0.5.</summary>
    public decimal BatchShare { get; init; } = 0.5m;

    /// <summary>What tokens cost, in USD.</summary>
    /// <param name="usage">The tokens.</param>
    /// <param name="batch">Whether they were used by the batch interface.</param>
    public decimal Usd(TokenUsage usage, bool batch = false) =>
        (((usage.Prompt - usage.Cached) * PromptUsd) + (usage.Cached * CachedUsd) + (usage.Completion * CompletionUsd)) / Million * (batch ? BatchShare : 1);

    /// <summary>The most that a prompt can cost, in USD: nothing cached, the longest answer. To be set aside before the call.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="batch">Whether it goes to the batch interface.</param>
    public decimal MostUsd(HostedPrompt prompt, bool batch = false)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var tokens = MostTokens(prompt.System) + MostTokens(prompt.User) + MostTokens(prompt.Schema);
        return Usd(new TokenUsage(tokens, 0, prompt.MaxOutputTokens), batch);
    }

    /// <summary>The most tokens that a text can have.</summary>
    // Byte-level tokenizers never need more tokens than UTF-8 has bytes, and for scripts that they have seen little of they come near it.
    internal static int MostTokens(string text)
    {
        var ascii = text.Count(char.IsAscii);
        return (ascii / FewestLatinCharactersPerToken) + (Encoding.UTF8.GetByteCount(text) - ascii) + 1;
    }

    /// <summary>One sentence per fault; empty when the prices can be used.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. new[] { (nameof(PromptUsd), PromptUsd), (nameof(CachedUsd), CachedUsd), (nameof(CompletionUsd), CompletionUsd) }
            .Where(price => price.Item2 < 0)
            .Select(price => $"Price:{price.Item1} is {price.Item2}; give USD per million tokens, 0 or more."),
        .. BatchShare is > 0 and <= 1 ? (string[])[] : [$"Price:{nameof(BatchShare)} is {BatchShare}; give a share above 0 and at most 1."],
    ];
}
