using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Acts;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Storage;

/// <summary>Hands an open ledger to a host.</summary>
public static class LedgerRegistration
{
    /// <summary>
    /// Registers a ledger under all its interfaces. It is opened before the host is built, so that a wrong path or password is said in one
    /// sentence instead of failing in the middle of the start; who opened it disposes it after the host has stopped.
    /// </summary>
    public static IServiceCollection AddLedger(this IServiceCollection services, Ledger ledger) => services
        .AddSingleton(ledger)
        .AddSingleton<IBatchStore>(ledger)
        .AddSingleton<IWorkReader>(ledger)
        .AddSingleton<IRunStore>(ledger)
        .AddSingleton<IScheduleStore>(ledger)
        .AddSingleton<ILabelPlaceStore>(ledger)
        .AddSingleton<IQuotaStore>(ledger)
        .AddSingleton<IAskStore>(ledger)
        .AddSingleton<ICredentialStore>(ledger)
        .AddSingleton<IWebhookStore>(ledger)
        .AddSingleton<ICorrectionStore>(ledger)
        .AddSingleton<IAuditStore>(ledger)
        .AddSingleton<IModelStore>(ledger)
        .AddSingleton<ITaxonomyStore>(ledger)
        .AddSingleton<IActStore>(ledger)
        .AddSingleton<ILedgerReadConnections>(ledger);
}
