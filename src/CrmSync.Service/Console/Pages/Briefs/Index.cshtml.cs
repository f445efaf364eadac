using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Briefs;

/// <summary>Finds the account to be briefed about, takes a text about a prospect, and lists the newest briefs.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class IndexModel(IBriefStore store, BriefDesk desk, LabelCatalog labels, CrmLinks links, TimeProvider time) : BriefPage(store, desk, labels, links, time)
{
    /// <summary>Accounts that are listed; more are only said to be there.</summary>
    public const int MostAccounts = 50;

    /// <summary>Longest text about a prospect, in characters.</summary>
    public const int LongestText = 50_000;

    private const int Newest = 15;
    private const int LongestName = 200;

    /// <summary>How the name begins; null where nobody looks for one.</summary>
    public string? Wanted { get; private set; }

    public IReadOnlyList<BriefSubject> Accounts { get; private set; } = [];

    /// <summary>Whether more accounts begin like that.</summary>
    public bool HasMore { get; private set; }

    public IReadOnlyList<GivenBrief> Briefs { get; private set; } = [];

    /// <summary>The text about a prospect, where it has to be written anew.</summary>
    public string Text { get; private set; } = "";

    public Task OnGetAsync(string? q, CancellationToken cancellationToken) => ShowAsync(q, cancellationToken);

    /// <summary>Briefs about a prospect by what is told of it.</summary>
    [Needs(ApiRole.Viewer)]
    public async Task<IActionResult> OnPostAsync(string? text, int? tokens, CancellationToken cancellationToken)
    {
        Text = text is { Length: > LongestText } ? text[..LongestText] : text ?? "";
        var made = await Desk.ForTextAsync(Text, Wish(tokens), cancellationToken);
        if (made.Succeeded)
            return LocalRedirect(FormattableString.Invariant($"/brief/given/{made.Value.Id}"));
        Fault = $"{made.Failure.Message} {made.Failure.Fix}";
        Response.StatusCode = StatusCodes.Status409Conflict;
        await ShowAsync(null, cancellationToken);
        return Page();
    }

    private async Task ShowAsync(string? wanted, CancellationToken cancellationToken)
    {
        if (wanted?.Trim() is { Length: > 0 } name)
        {
            Wanted = name.Length > LongestName ? name[..LongestName] : name;
            var found = await Store.FindAccountsAsync(Wanted, MostAccounts + 1, cancellationToken);
            (Accounts, HasMore) = ([.. found.Take(MostAccounts)], found.Count > MostAccounts);
        }
        Briefs = await Store.ReadBriefsAsync(null, Newest, cancellationToken);
    }
}
