using CrmSync.Connectors;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Settings;
using CrmSync.Service.Settings;
using CrmSync.Storage;

namespace CrmSync.Service.Hosting;

/// <summary>Briefs and conversations for a command: the ledger, what a host knows about segments, and the hosted model where one is configured. No host has to run, and none is started.</summary>
internal sealed class TalkHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TalkHost(Ledger ledger, ServiceProvider services) => (Ledger, _services) = (ledger, services);

    public Ledger Ledger { get; }

    public static async Task<TalkHost> OpenAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        try
        {
            var services = new ServiceCollection();
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
            services.AddSingleton(TimeProvider.System);
            services.AddLedger(ledger);
            services.AddOutboundGate(settings.Outbound.ToOptions());
            services.AddSingleton(provider => new ChangedSettings(provider.GetRequiredService<ISettingStore>()));
            services.AddHostedModel(settings);
            services.AddSegments(settings.Segments.ToNumbers());
            services.AddTalks(settings.Segments.ToBriefs(), settings.Segments.ToConversations());
            var provider = services.BuildServiceProvider();
            // What a host's services do at its start: the names that never leave the process, and what people set, such as the day's budget.
            await provider.GetRequiredService<KnownNames>().RefreshAsync(cancellationToken);
            await provider.GetRequiredService<ChangedSettings>().FollowAsync(cancellationToken);
            return new TalkHost(ledger, provider);
        }
        catch
        {
            await ledger.DisposeAsync();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Ledger.DisposeAsync();
    }
}
