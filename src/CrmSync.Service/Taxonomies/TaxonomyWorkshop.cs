using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Taxonomies;

/// <summary>Where a new version of a taxonomy is tried before it is put into use. Thread-safe.</summary>
internal sealed class TaxonomyWorkshop(TaxonomySet inUse, ITaxonomyStore store, ITaxonomyChanges changes, IModelStore models, ClassificationSettings settings, ChangedSettings? changed = null)
{
    /// <summary>Where counts stop.</summary>
    public const int CountLimit = 10_000;

    private const int Newest = 200;
    private const int CarriersPerLabel = 50;

    /// <summary>Checks a draft and says what it would change; nothing is stored.</summary>
    /// <exception cref="TaxonomyException">Something is wrong with it; all faults are listed.</exception>
    public async Task<TaxonomyPreview> TryAsync(Taxonomy before, Taxonomy next, CancellationToken cancellationToken)
    {
        await CheckAsync(before, next, cancellationToken);
        var others = inUse.All.Select(taxonomy => taxonomy.Id == next.Id ? next : taxonomy);
        var (old, now) = await CascadesAsync(new TaxonomySet(others), cancellationToken);
        var going = before.Labels.Where(label => next.Find(label.Id) is null).ToList();
        var counts = new List<(LabelDefinition, long)>();
        foreach (var label in going)
            counts.Add((label, await changes.CountCarriersAsync(next.Id, label.Id, CountLimit + 1, cancellationToken)));
        var sample = (await changes.SampleAsync(next.Id, [.. going.Select(label => label.Id)], Newest, CarriersPerLabel, cancellationToken))
            .Where(activity => next.AppliesTo.Contains(activity.Content.Type)).ToList();
        return new TaxonomyPreview(next, TaxonomyDifference.Between(before, next))
        {
            Going = counts,
            NewOptions =
            [
                .. from property in next.Properties
                   from label in next.Labels
                   where before.FindByValue(label.Value) is null
                   select $"{label.Value} in {property.Value} ({property.Key})",
            ],
            Tried = sample.Count,
            Changed =
            [
                .. from activity in sample
                   let was = AnswerOf(old, next.Id, activity)
                   let after = AnswerOf(now, next.Id, activity)
                   where was != after
                   select (activity.Id, was, after),
            ],
        };
    }

    private static string? AnswerOf(Cascade cascade, string taxonomy, SampledActivity activity) =>
        cascade.Decide(activity.Content).FirstOrDefault(decision => decision.Taxonomy == taxonomy) is { Status: DecisionStatus.Decided } decision ? decision.Label : null;

    private async Task<(Cascade Old, Cascade Now)> CascadesAsync(TaxonomySet next, CancellationToken cancellationToken)
    {
        var content = await models.FindActiveAsync(cancellationToken) is { } id ? await models.ReadModelAsync(id, cancellationToken) : null;
        return (Make(inUse), Make(next));

        Cascade Make(TaxonomySet taxonomies)
        {
            var factory = new CascadeFactory(settings, taxonomies, changed);
            try
            {
                return content is null ? factory.CreateShipped() : factory.Create(content);
            }
            catch (Exception fault) when (fault is InvalidDataException or SettingsException or ArgumentException)
            {
                throw new TaxonomyException($"No decision could be made with this version: {fault.Message}");
            }
        }
    }

    private async Task CheckAsync(Taxonomy before, Taxonomy next, CancellationToken cancellationToken)
    {
        List<string> faults = [];
        var versions = (await store.ListTaxonomiesAsync(cancellationToken)).Where(version => version.Id == next.Id).ToList();
        if (next.Id != before.Id)
            faults.Add("The id of a taxonomy is permanent.");
        if (next.Version == before.Version || versions.Any(version => version.Version == next.Version))
            faults.Add($"There is a version {next.Version} already, and decisions carry it; give this one another name.");
        if (next.Version.Length > 40)
            faults.Add("The name of the version is longer than 40 characters; shorten it.");
        if (TaxonomyDifference.Between(before, next).Count == 0)
            faults.Add("This version says the same as the one in use; change something first.");
        foreach (var label in next.Labels.Where(label => before.Find(label.Id) is null))
        {
            if (versions.FirstOrDefault(version => Has(version, label.Id)) is { } former)
                faults.Add($"The id {label.Id} was a label of version {former.Version}. Ids are permanent, and old decisions carry it; give the new label another one.");
        }
        if (faults.Count > 0)
            throw new TaxonomyException(faults);
    }

    private static bool Has(StoredTaxonomy version, string label)
    {
        try
        {
            return TaxonomyFile.Parse(version.Text, version.Version).Find(label) is not null;
        }
        catch (TaxonomyException)
        {
            return false;
        }
    }
}
