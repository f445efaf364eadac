using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Pipeline.Honesty;

/// <summary>Registers the comparison of deals with their activities.</summary>
public static class HonestyRegistration
{
    /// <summary>Adds it. The ledger's stores, the runner's options and a <see cref="TimeProvider"/> are registered by the host.</summary>
    public static IServiceCollection AddHonesty(this IServiceCollection services) => services
        .AddSingleton<HonestyBook>()
        .AddSingleton<IKeeper, HonestyKeeper>();
}
