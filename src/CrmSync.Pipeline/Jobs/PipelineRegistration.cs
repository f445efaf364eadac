using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.Rollups;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Pipeline.WriteBack.Previews;
using CrmSync.Pipeline.WriteBack.Acts;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Pipeline.Jobs;

/// <summary>Registers the pipeline's runtime.</summary>
public static class PipelineRegistration
{
    /// <summary>
    /// Adds handlers, runner, sweep and schedules. The ledger's stores, the connector catalogue, the engine, the cascade, the taxonomies, the
    /// <see cref="HostedDesk"/> and a
    /// <see cref="TimeProvider"/> are registered by the host.
    /// </summary>
    public static IServiceCollection AddPipeline(
        this IServiceCollection services, RunnerOptions runner, PollingOptions polling, SweepOptions sweep, WriteBackOptions? writeBack = null,
        ReconcileOptions? reconcile = null, NoteOptions? notes = null)
    {
        services.AddSingleton(runner);
        services.AddSingleton(polling);
        services.AddSingleton(sweep);
        services.AddSingleton(writeBack ?? new WriteBackOptions());
        services.AddSingleton(notes ?? new NoteOptions());
        services.AddSingleton<RaceWatch>();
        services.AddSingleton(reconcile ?? new ReconcileOptions());
        services.AddSingleton<ConnectionDirectory>();
        services.AddSingleton<AccountGuard>();
        services.AddSingleton<BatchGate>();
        services.AddSingleton<LabelPlaceKeeper>();
        services.AddSingleton<RequestMeter>();
        services.AddSingleton<FailurePolicy>();
        services.AddSingleton<BatchDispatcher>();
        services.AddSingleton<Relabeller>();
        services.AddSingleton<IBatchHandler, ScanHandler>();
        services.AddSingleton<IBatchHandler, ClassifyHandler>();
        services.AddSingleton<AskBackOff>();
        services.AddSingleton<AskSettling>();
        services.AddSingleton<RemoteAsks>();
        services.AddSingleton<IBatchHandler, AskHandler>();
        services.AddSingleton<IBatchHandler, WriteHandler>();
        services.AddSingleton<IBatchHandler, NoteHandler>();
        services.AddSingleton<IBatchHandler, PreviewHandler>();
        services.AddSingleton<IBatchHandler, ActHandler>();
        services.AddSingleton<WindowComparison>();
        services.AddSingleton<LabelComparison>();
        services.AddSingleton<IBatchHandler, ReconcileHandler>();
        services.AddSingleton<ReconcileStarter>();
        services.AddSingleton<IReadOnlyList<IBatchHandler>>(provider => [.. provider.GetServices<IBatchHandler>()]);
        services.AddSingleton<BatchRunner>();
        services.AddSingleton<PollStarter>();
        services.AddSingleton<PollWaker>();
        services.AddSingleton<JobHost>();
        services.AddSingleton<Sweeper>();
        services.AddSingleton<IKeeper, RollupKeeper>();
        return services;
    }
}
