using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>A wish for a brief.</summary>
/// <param name="By">Account name of the person.</param>
/// <param name="Tokens">Tokens that it may take; null for the usual number.</param>
public sealed record BriefWish(string By, int? Tokens = null)
{
    /// <summary>Whether a hosted model may word points, which takes of the day's budget; else the template words all of them.</summary>
    public bool AsksModel { get; init; } = true;
}

/// <summary>Makes briefs from the ledger and keeps them; command and page go through it. Thread-safe.</summary>
public sealed class BriefDesk(IBriefStore store, ISegmentFactsReader facts, BriefMaker maker)
{
    /// <summary>Tokens that a brief may take where nobody says.</summary>
    public int UsualTokens => maker.Options.TokenBudget;

    /// <summary>A brief for an account.</summary>
    /// <param name="account">Ledger id of the company.</param>
    /// <param name="wish">How it is wanted.</param>
    /// <param name="cancellationToken">Stops it; then nothing is kept.</param>
    public async Task<Result<GivenBrief>> ForAccountAsync(long account, BriefWish wish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wish);
        if (await store.ReadBriefSubjectAsync(account, cancellationToken) is not { } subject || await facts.ReadAccountAsync(account, cancellationToken) is not { } known)
            return SpecialistFailures.Of("specialist.unknown_account", FormattableString.Invariant($"The ledger knows no account {account}, or it is gone from the CRM."));
        return await KeepAsync(await MakerOf(wish).ForAccountAsync(new BriefAccount(subject.Title, known), subject.Segment, cancellationToken), account, wish, cancellationToken);
    }

    /// <summary>A brief for a prospect without history.</summary>
    /// <param name="text">What a person knows of it.</param>
    /// <param name="wish">How it is wanted.</param>
    /// <param name="cancellationToken">Stops it; then nothing is kept.</param>
    public async Task<Result<GivenBrief>> ForTextAsync(string text, BriefWish wish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wish);
        return await KeepAsync(await MakerOf(wish).ForTextAsync(text, cancellationToken), null, wish, cancellationToken);
    }

    private BriefMaker MakerOf(BriefWish wish) => maker.With(wish.Tokens is { } tokens ? maker.Options with { TokenBudget = tokens } : maker.Options, wish.AsksModel);

    private async Task<Result<GivenBrief>> KeepAsync(Result<Brief> made, long? account, BriefWish wish, CancellationToken cancellationToken)
    {
        if (!made.Succeeded)
            return made.Failure;
        var brief = made.Value;
        return new GivenBrief(await store.AddBriefAsync(brief, wish.By, cancellationToken), account, brief.Segment.Segment, brief.At, wish.By, brief);
    }
}
