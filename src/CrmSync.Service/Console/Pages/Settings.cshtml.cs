using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Settings;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Words;
using CrmSync.Service.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>What can be changed while hosts run, with meaning, range and who changed it; and what only the configuration changes.</summary>
[Needs(ApiRole.Operator)]
internal sealed class SettingsModel(SettingBook book, ISettingStore store, ChangedSettings followed, TimeProvider time) : PageModel
{
    private static readonly Texts T = Texts.OfPage("Settings");

    private const int LongestReason = 500;

    private Dictionary<string, SettingRow> _rows = [];

    /// <summary>When the page is drawn.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public IReadOnlyList<(string Name, string Value)> Fixed => book.Fixed;

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>Key of the setting that a refusal is about.</summary>
    public string? Refused { get; private set; }

    /// <summary>What was typed there.</summary>
    public string? Typed { get; private set; }

    /// <summary>The settings of an area.</summary>
    public IEnumerable<SettingEntry> In(string area) => book.All.Where(entry => entry.Area == area);

    /// <summary>The ledger's row; null where the configuration holds.</summary>
    public SettingRow? RowOf(SettingEntry entry) => _rows.GetValueOrDefault(entry.Key);

    /// <summary>What holds now, as a number; null where what comes with the program decides.</summary>
    public string? ValueOf(SettingEntry entry) => RowOf(entry)?.Value ?? (entry.Configured is { } configured ? ChangedSettings.Write(configured) : null);

    /// <summary>Name of a setting's place on the page.</summary>
    public static string IdOf(SettingEntry entry) => "s-" + entry.Key.Replace('/', '-');

    public Task OnGetAsync(string? done, CancellationToken cancellationToken)
    {
        if (book.Find(done) is { } entry)
            Note = T["IsChangedEveryNodeFollowsWithin", entry.Name];
        return LoadAsync(cancellationToken);
    }

    /// <summary>Sets one; a blank value lets the configuration hold again.</summary>
    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostAsync(string? key, string? value, string? seen, string? reason, CancellationToken cancellationToken)
    {
        if (book.Find(key) is not { } entry)
            return await RefuseAsync(null, T["ThereIsNoSuchSettingLoadThePage"], null, StatusCodes.Status400BadRequest, cancellationToken);
        string? wanted = null;
        if (!string.IsNullOrWhiteSpace(value))
        {
            if (entry.Read(value, out var read) is { } fault)
                return await RefuseAsync(entry, fault, value, StatusCodes.Status400BadRequest, cancellationToken);
            wanted = read;
        }
        var why = OneLine.Of((reason ?? "").Trim(), LongestReason) is { Length: > 0 } text ? text : null;
        var configured = entry.Configured is { } number ? ChangedSettings.Write(number) : "as shipped";
        var outcome = await store.ChangeSettingAsync(
            new SettingChange(entry.Key, wanted, string.IsNullOrEmpty(seen) ? null : seen, configured, Sessions.NameOf(User), why), cancellationToken);
        if (outcome.Answer is SettingAnswer.Stale)
        {
            var now = outcome.Now is { } row ? T["SetItToOn", OneLine.Of(row.By, 60), row.Value, TimeText.Exact(row.At)] : T["SomebodyLetTheConfigurationHold", configured];
            return await RefuseAsync(entry, T["WasChangedSinceYouOpenedThePage", entry.Name, now], value, StatusCodes.Status409Conflict, cancellationToken);
        }
        await followed.FollowAsync(cancellationToken);
        return LocalRedirect($"/settings?done={Uri.EscapeDataString(entry.Key)}#{IdOf(entry)}");
    }

    private async Task<IActionResult> RefuseAsync(SettingEntry? entry, string fault, string? typed, int status, CancellationToken cancellationToken)
    {
        (Fault, Refused, Typed) = (fault, entry?.Key, typed);
        Response.StatusCode = status;
        await LoadAsync(cancellationToken);
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken) =>
        _rows = (await store.ListSettingsAsync(cancellationToken)).ToDictionary(row => row.Key, StringComparer.Ordinal);
}
