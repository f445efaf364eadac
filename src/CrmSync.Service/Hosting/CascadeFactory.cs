using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Hosting;

/// <summary>Makes the cascade as the settings want it, with the shipped model or with one of the ledger.</summary>
internal sealed class CascadeFactory(ClassificationSettings settings, TaxonomySet taxonomies, ChangedSettings? ledger = null) : ICascadeFactory
{
    public string Edition => string.Join(' ', Changed().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={ChangedSettings.Write(pair.Value)}"));

    public Cascade CreateShipped() => CascadeBook.Build(settings, taxonomies, thresholds: Thresholds());

    public Cascade Create(byte[] model)
    {
        try
        {
            using var stream = new MemoryStream(model, writable: false);
            return CascadeBook.Build(settings, taxonomies, LocalModel.Read(stream), Thresholds());
        }
        catch (ModelFileException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    // A threshold of a taxonomy that is no longer in use stays in the ledger and means nothing.
    private IEnumerable<KeyValuePair<string, double>> Changed() =>
        from row in ledger?.Below(SettingKeys.Thresholds) ?? new Dictionary<string, SettingRow>()
        where taxonomies.TryGet(row.Key, out _)
        let number = ledger!.Number(SettingKeys.Threshold(row.Key))
        where number is >= 0 and <= 1
        select KeyValuePair.Create(row.Key, number.Value);

    private CascadeOptions Thresholds()
    {
        var configured = settings.ToThresholds();
        var all = new Dictionary<string, double>(configured.Thresholds, StringComparer.Ordinal);
        foreach (var (taxonomy, threshold) in Changed())
            all[taxonomy] = threshold;
        return configured with { Thresholds = all };
    }
}
