using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Pipeline.Alerts;

/// <summary>Registers what watches and tells.</summary>
public static class AlertRegistration
{
    /// <summary>Adds the keeper of alerts. The ledger's stores, the channels, the connectors, their <see cref="IAlertLimits"/>, the runner's options and a <see cref="TimeProvider"/> are registered by the host.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services) => services
        .AddSingleton<AlertLook>()
        .AddSingleton<AlertSender>()
        .AddSingleton<IKeeper, AlertKeeper>();
}
