using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Taxonomies;

/// <summary>Each taxonomy with its labels and versions, and what two versions have apart.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class IndexModel(TaxonomySet inUse, ITaxonomyStore store, IRunStore runs, ISettingStore settings, LabelCatalog labels, CrmLinks links, TimeProvider time)
    : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Taxonomies.Index");
    private static readonly DateTimeOffset Latest = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<Taxonomy> InUse => inUse.All;

    /// <summary>All versions, by taxonomy, the newest first.</summary>
    public ILookup<string, StoredTaxonomy> Versions { get; private set; } = Array.Empty<StoredTaxonomy>().ToLookup(version => version.Id);

    /// <summary>Who put a version into use, by taxonomy.</summary>
    public IReadOnlyDictionary<string, SettingRow> Adopted { get; private set; } = new Dictionary<string, SettingRow>();

    /// <summary>The thresholds that people set, by taxonomy.</summary>
    public IReadOnlyDictionary<string, string> Thresholds { get; private set; } = new Dictionary<string, string>();

    /// <summary>Two versions side by side; null where nobody asked.</summary>
    public (Taxonomy Before, Taxonomy After)? Compared { get; private set; }

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>Whether the hosts do not decide by a version yet that was put into use.</summary>
    public bool IsPending(Taxonomy taxonomy) => Adopted.TryGetValue(taxonomy.Id, out var row) && row.Value != taxonomy.Version;

    public async Task OnGetAsync(string? done, string? taxonomy, string? from, string? to, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        Note = done switch
        {
            null or "" => null,
            "relabel" => T["ActivitiesWithAnswersOfOlder"],
            "none" => T["EveryActivityHasAnAnswerOfThe"],
            _ when Adopted.TryGetValue(done, out var row) => T["VersionOfIsInUseHostsChangeOver", row.Value, done],
            _ => null,
        };
        if (taxonomy is not null && from is not null && to is not null)
            Compared = Find(taxonomy, from) is { } before && Find(taxonomy, to) is { } after ? (before, after) : null;
        if (taxonomy is not null && from is not null && Compared is null)
            Fault = T["ThereIsNoSuchVersionChooseTwoOf"];
    }

    /// <summary>Decides again about what an older version decided.</summary>
    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostRelabelAsync(string? taxonomy, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (taxonomy is null || !inUse.TryGet(taxonomy, out var known))
            return Refuse(T["ThereIsNoSuchTaxonomy"]);
        if (IsPending(known))
            return Refuse(T["TheHostsDoNotDecideByTheNew"]);
        var started = 0;
        foreach (var connection in await runs.ListConnectionsAsync(cancellationToken))
        {
            var count = await store.CountOutdatedAsync(new OutdatedRange(connection.Id, known, DateTimeOffset.UnixEpoch, Latest), cancellationToken);
            if (count == 0)
                continue;
            var request = new RunRequest(RunKind.Relabel, connection.Id, Actor, [new ScanPlan(known.Id, DateTimeOffset.UnixEpoch, Latest)]) { Expected = count };
            started += (await runs.StartAsync(request, cancellationToken)).RunId is null ? 0 : 1;
        }
        return LocalRedirect(started == 0 ? "/taxonomies?done=none" : "/taxonomies?done=relabel");
    }

    private IActionResult Refuse(string fault)
    {
        Fault = fault;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Versions = (await store.ListTaxonomiesAsync(cancellationToken)).ToLookup(version => version.Id);
        var rows = await settings.ListSettingsAsync(cancellationToken);
        Adopted = Below(rows, SettingKeys.Taxonomies).ToDictionary(pair => pair.Key, pair => pair.Value);
        Thresholds = Below(rows, SettingKeys.Thresholds).ToDictionary(pair => pair.Key, pair => pair.Value.Value);
    }

    private static IEnumerable<KeyValuePair<string, SettingRow>> Below(IReadOnlyList<SettingRow> rows, string prefix) =>
        rows.Where(row => row.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(row => KeyValuePair.Create(row.Key[prefix.Length..], row));

    private Taxonomy? Find(string id, string version)
    {
        if (inUse.TryGet(id, out var current) && current.Version == version)
            return current;
        try
        {
            return Versions[id].FirstOrDefault(stored => stored.Version == version) is { } stored ? TaxonomyFile.Parse(stored.Text, version) : null;
        }
        catch (TaxonomyException)
        {
            return null;
        }
    }
}
