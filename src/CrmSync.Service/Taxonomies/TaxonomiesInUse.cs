using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Taxonomies;

/// <summary>The taxonomies that this process decides by: the files', and over them the versions that people put into use.</summary>
/// <param name="Set">All of them.</param>
/// <param name="Adopted">By taxonomy: the version that a person had put into use when this was read.</param>
internal sealed record TaxonomiesInUse(TaxonomySet Set, IReadOnlyDictionary<string, string> Adopted)
{
    /// <summary>Reads what the ledger says over the files.</summary>
    /// <exception cref="TaxonomyException">A stored version cannot be read, or does not fit the others.</exception>
    public static async Task<TaxonomiesInUse> ReadAsync<TStore>(TaxonomySet files, TStore ledger, CancellationToken cancellationToken)
        where TStore : ITaxonomyStore, ITaxonomyChanges
    {
        var adopted = await ledger.ReadAdoptedAsync(cancellationToken);
        if (adopted.Count == 0)
            return new TaxonomiesInUse(files, adopted);
        var stored = (await ledger.ListTaxonomiesAsync(cancellationToken)).ToDictionary(version => (version.Id, version.Version), version => version.Text);
        return new TaxonomiesInUse(
            new TaxonomySet(files.All.Select(file => adopted.TryGetValue(file.Id, out var version) && version != file.Version && stored.TryGetValue((file.Id, version), out var text)
                ? TaxonomyFile.Parse(text, $"version {version} of {file.Id} in the ledger")
                : file)),
            adopted);
    }
}

/// <summary>
/// Says when this process has to be put together anew because somebody put a version into use: taxonomies stand in rules, models and pages, and all of them must
/// change over at the same moment. Thread-safe.
/// </summary>
internal sealed class HostRestart
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it has to.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Says so.</summary>
    public void Ask() => _asked.TrySetResult();
}
