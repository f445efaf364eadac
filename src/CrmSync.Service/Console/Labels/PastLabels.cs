using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Console.Labels;

/// <summary>Fills the catalogue, before the first page is asked for, with the names and colours of versions that are no longer in use.</summary>
internal sealed class PastLabels(LabelCatalog labels, ITaxonomyStore? store = null) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (store is not null)
            labels.Remember((await store.ListTaxonomiesAsync(cancellationToken)).Select(Read).OfType<TaxonomyLook>());
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static TaxonomyLook? Read(StoredTaxonomy version)
    {
        try
        {
            return TaxonomyLook.From(TaxonomyFile.Parse(version.Text, $"{version.Id} {version.Version}"));
        }
        catch (TaxonomyException)
        {
            // A file of a later schema, stored by a newer host: its labels are shown by their ids.
            return null;
        }
    }
}
