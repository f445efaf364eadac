using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>One write: what it changed, who decided and why, each try, the CRM's reply, and the other writes of the same label.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class WriteModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Write");

    /// <summary>Null where the ledger has no such write.</summary>
    public WriteStory? Found { get; private set; }

    public WriteStory Story => Found ?? throw new InvalidOperationException("There is no write to show.");

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        Found = await ledger.Writes.FindAsync(id, cancellationToken);
        if (Found is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }

    /// <summary>The acts that could change this write as it stands.</summary>
    public IReadOnlyList<Acts.ActWords> Offered => [.. Acts.ActWords.All.Where(act => (act.Word, Story.Row.Status, Story.Facts.Purpose) switch
    {
        ("retry", "rejected", _) => true,
        ("approve", "pending", _) => Story.Connection.WriteMode is "approve" or "preview",
        ("discard", "pending" or "rejected", _) => true,
        ("undo", "applied", not "undo") => true,
        ("force", "kept", not "undo") => true,
        _ => false,
    })];

    /// <summary>What a write is for, in words.</summary>
    public static string Purpose(string purpose) => purpose switch
    {
        "label" => T["ADecisionsLabel"],
        "undo" => T["TakesAnEarlierWriteBack"],
        "force" => T["OverwritesWhatOthersSetOnAn"],
        _ => purpose,
    };
}
