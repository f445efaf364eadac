using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Taxonomies;

namespace CrmSync.Service.Settings;

/// <summary>Registers what people may change while hosts run.</summary>
internal static class RuntimeSettings
{
    /// <summary>Adds the settings, who follows them, their book, and the workshop of taxonomies. The host has the ledger's stores and the taxonomies registered.</summary>
    public static IServiceCollection AddRuntimeSettings(this IServiceCollection services, ServiceSettings settings)
    {
        var shares = new DayShares(settings);
        services.AddSingleton(shares);
        services.AddSingleton(provider => new ChangedSettings(provider.GetRequiredService<ISettingStore>(), changed => Follow(provider, shares, changed)));
        services.AddSingleton<HostRestart>();
        services.AddSingleton(provider => new TaxonomyWorkshop(
            provider.GetRequiredService<TaxonomySet>(), provider.GetRequiredService<ITaxonomyStore>(), provider.GetRequiredService<ITaxonomyChanges>(),
            provider.GetRequiredService<IModelStore>(), settings.Classification, provider.GetRequiredService<ChangedSettings>()));
        services.AddSingleton<SettingKeeper>();
        services.AddSingleton<IAlertLimits>(provider => new AlertLimits(settings, provider.GetRequiredService<ChangedSettings>()));
        return services.AddSingleton(provider => new SettingBook(settings, shares, provider.GetRequiredService<TaxonomySet>()));
    }

    private static void Follow(IServiceProvider provider, DayShares shares, ChangedSettings changed)
    {
        shares.Apply(changed);
        // Somebody put a version into use since this process was put together.
        if (provider.GetService<TaxonomiesInUse>() is { } inUse
            && changed.Below(SettingKeys.Taxonomies).Any(row => inUse.Set.TryGet(row.Key, out _) && inUse.Adopted.GetValueOrDefault(row.Key) != row.Value.Value))
            provider.GetRequiredService<HostRestart>().Ask();
    }
}
