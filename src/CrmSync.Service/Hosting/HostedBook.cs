using CrmSync.Connectors;
using CrmSync.Connectors.AzureOpenAI;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Hosting;

/// <summary>Puts the hosted model together as the settings want it, or none.</summary>
internal static class HostedBook
{
    /// <summary>Registers the desk and the names that nobody else is to see; where a model is configured, its connector as well.</summary>
    public static IServiceCollection AddHostedModel(this IServiceCollection services, ServiceSettings settings)
    {
        var hosted = settings.Classification.Hosted;
        // Segments leave names out of what they show, whether a model is asked or not.
        services.AddSingleton<NameQueries>();
        services.AddSingleton<KnownNames>();
        services.AddSingleton<IKnownNames>(provider => provider.GetRequiredService<KnownNames>());
        services.AddHostedService(provider => provider.GetRequiredService<KnownNames>());
        if (!hosted.IsConfigured)
            return services.AddSingleton(HostedDesk.Empty).AddSingleton(VectorDesk.None);
        services.AddSingleton<IHostedBudget>(provider => new LedgerBudget(provider.GetRequiredService<IAskStore>(), () => BudgetOf(hosted, provider.GetRequiredService<ChangedSettings>())));
        services.AddVectors(hosted);
        if (!hosted.AsksModel)
            return services.AddSingleton(HostedDesk.Empty);
        services.AddAzureOpenAi(hosted.ToEndpoint());
        services.AddSingleton(provider => new SpecialistModel(
            provider.GetRequiredService<IHostedModel>(), new SpecialistModelOptions { Deployment = hosted.Deployment, Price = hosted.Price.ToPrice() },
            provider.GetRequiredService<IKnownNames>(), provider.GetRequiredService<IHostedBudget>()));
        return services.AddSingleton(provider => Desk(
            settings, provider.GetRequiredService<IHostedModel>(), provider.GetRequiredService<TaxonomySet>(), provider.GetRequiredService<IKnownNames>(),
            provider.GetRequiredService<IHostedBudget>(), () => BudgetOf(hosted, provider.GetRequiredService<ChangedSettings>())));
    }

    private static void AddVectors(this IServiceCollection services, HostedSettings hosted)
    {
        if (!hosted.HasVectors)
        {
            services.AddSingleton(VectorDesk.None);
            return;
        }
        services.AddAzureOpenAiVectors(hosted.ToEndpoint(), hosted.EmbeddingDeployment, hosted.EmbeddingLength);
        services.AddSingleton(provider => new VectorDesk(
            provider.GetRequiredService<ITextVectors>(), hosted.ToVectors(), provider.GetRequiredService<IKnownNames>(), provider.GetRequiredService<IHostedBudget>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    // What a person set while hosts run wins.
    private static decimal BudgetOf(HostedSettings hosted, ChangedSettings ledger) =>
        ledger.Number(SettingKeys.HostedDailyBudget) is > 0 and < 1_000_000 and var set ? (decimal)set : hosted.DailyBudgetUsd;

    /// <summary>A provider that owns the configured model and the embeddings deployment, where there are any, for a command that needs no host.</summary>
    public static ServiceProvider Open(ServiceSettings settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddSingleton(TimeProvider.System);
        services.AddOutboundGate(settings.Outbound.ToOptions());
        var hosted = settings.Classification.Hosted;
        if (hosted.AsksModel)
            services.AddAzureOpenAi(hosted.ToEndpoint());
        if (hosted.HasVectors)
            services.AddAzureOpenAiVectors(hosted.ToEndpoint(), hosted.EmbeddingDeployment, hosted.EmbeddingLength);
        return services.BuildServiceProvider();
    }

    /// <summary>The desk in front of a model.</summary>
    public static HostedDesk Desk(ServiceSettings settings, IHostedModel model, TaxonomySet taxonomies, IKnownNames? names, IHostedBudget? budget, Func<decimal>? dailyBudget = null)
    {
        var hosted = settings.Classification.Hosted;
        var options = hosted.ToOptions();
        return HostedDesk.Of(
            hosted.ToAsking(), options, model, new Auditor(model, taxonomies, options, settings.Classification.ToThresholds(), names, budget), dailyBudget);
    }
}
