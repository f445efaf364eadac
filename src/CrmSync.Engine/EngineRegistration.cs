using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CrmSync.Engine;

/// <summary>Registers the engine.</summary>
public static class EngineRegistration
{
    /// <summary>
    /// Adds Quartz as the host's <see cref="IJobEngine"/>, a singleton that the host starts and stops itself. Uses the registered
    /// <see cref="TimeProvider"/>, or the system's.
    /// </summary>
    /// <param name="services">The host's services; logging must be among them.</param>
    /// <param name="options">Queue limits.</param>
    /// <param name="store">Where waiting jobs are kept; in memory when null.</param>
    /// <exception cref="ArgumentException">The options are wrong; names every fault.</exception>
    public static IServiceCollection AddQuartzJobEngine(this IServiceCollection services, EngineOptions options, QuartzStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IJobEngine>(provider => new QuartzJobEngine(
            options, store ?? QuartzStore.InMemory, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }
}
