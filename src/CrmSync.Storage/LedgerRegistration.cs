using CrmSync.Pipeline.Rollups;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Budgets;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Erasure;
using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.Retention;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Search;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Facts;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Pipeline.WriteBack.Previews;
using CrmSync.Storage.Reading;
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
        .AddSingleton<IScheduleDesk>(ledger)
        .AddSingleton<ILabelPlaceStore>(ledger)
        .AddSingleton<IQuotaStore>(ledger)
        .AddSingleton<IAskStore>(ledger)
        .AddSingleton<ICredentialStore>(ledger)
        .AddSingleton<IWebhookStore>(ledger)
        .AddSingleton<ICorrectionStore>(ledger)
        .AddSingleton<IAuditStore>(ledger)
        .AddSingleton<IReviewStore>(ledger)
        .AddSingleton<ISearchIndex>(ledger)
        .AddSingleton<IModelStore>(ledger)
        .AddSingleton<ITaxonomyStore>(ledger)
        .AddSingleton<ITaxonomyChanges>(ledger)
        .AddSingleton<IActStore>(ledger)
        .AddSingleton<IApiKeyStore>(ledger)
        .AddSingleton<IAccountStore>(ledger)
        .AddSingleton<ISignInGate>(ledger)
        .AddSingleton<IProtectionKeyStore>(ledger)
        .AddSingleton<IPreviewStore>(ledger)
        .AddSingleton<IErasureStore>(ledger)
        .AddSingleton<IRetentionStore>(ledger)
        .AddSingleton<ISettingStore>(ledger)
        .AddSingleton<IChoreStore>(ledger)
        .AddSingleton<IRollupStore>(ledger)
        .AddSingleton<IAlertStore>(ledger)
        .AddSingleton<IBudgetReader>(new BudgetQueries(ledger))
        .AddSingleton<IReconcileStore>(ledger)
        .AddSingleton<IHonestyStore>(ledger)
        .AddSingleton<ISegmentStore>(ledger)
        .AddSingleton<ISegmentWorkStore>(ledger)
        .AddSingleton<ITopicStore>(ledger)
        .AddSingleton<IBriefUses>(ledger)
        .AddSingleton<IBriefStore>(ledger)
        .AddSingleton<INoteStore>(ledger)
        .AddSingleton<IThreadStore>(ledger)
        .AddSingleton<IAccountFactsStore>(ledger)
        .AddSingleton<IPackStore>(ledger)
        .AddSingleton<IPackReader>(ledger)
        .AddSingleton<ILedgerReadConnections>(ledger);
}
