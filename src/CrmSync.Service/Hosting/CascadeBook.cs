using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Hosting;

/// <summary>The local cascade as the settings want it: thresholds over the shipped ones, steps in their order.</summary>
internal static class CascadeBook
{
    /// <summary>Builds it, with the shipped model unless another is given.</summary>
    /// <exception cref="SettingsException">A setting names a taxonomy, label or step that there is not.</exception>
    public static Cascade Build(ClassificationSettings settings, TaxonomySet taxonomies, LocalModel? model = null, CascadeOptions? thresholds = null)
    {
        thresholds ??= settings.ToThresholds();
        var shipped = Cascade.CreateDefault(taxonomies, thresholds, model);
        List<string> faults =
        [
            .. settings.Thresholds.Keys.SelectMany(key => Unknown("Thresholds", key, taxonomies)),
            .. settings.Hosted.AskBelow.Keys.SelectMany(key => Unknown("Hosted:AskBelow", key, taxonomies)),
            .. settings.Hosted.Deployments.Keys.SelectMany(key => Unknown("Hosted:Deployments", key, taxonomies)),
            .. settings.Steps.Where(name => shipped.Steps.All(step => step.Name != name))
                .Select(name => $"{ServiceSettings.Section}:Classification:Steps names '{name}'; there are {string.Join(", ", shipped.Steps.Select(step => step.Name))}."),
        ];
        if (faults.Count > 0)
            throw new SettingsException(faults);
        return settings.Steps.Count == 0
            ? shipped
            : new Cascade(taxonomies, [.. settings.Steps.Select(name => shipped.Steps.First(step => step.Name == name))], thresholds);
    }

    private static IEnumerable<string> Unknown(string setting, string key, TaxonomySet taxonomies)
    {
        var parts = key.Split('/', 2);
        if (!taxonomies.TryGet(parts[0], out var taxonomy))
            yield return $"{ServiceSettings.Section}:Classification:{setting} names the taxonomy '{parts[0]}'; there are {string.Join(", ", taxonomies.All.Select(known => known.Id))}.";
        else if (parts.Length == 2 && parts[1] != "abstain" && taxonomy.Find(parts[1]) is null)
            yield return $"{ServiceSettings.Section}:Classification:{setting} names the label '{key}'; {parts[0]} has {string.Join(", ", taxonomy.Labels.Select(label => label.Id))} and abstain.";
    }
}
