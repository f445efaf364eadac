using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Alerts;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Connectors.Alerts;

/// <summary>The configured channels, and the client that their webhooks share.</summary>
public sealed class AlertChannels : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client;

    /// <summary>Makes the channels.</summary>
    /// <param name="options">The channels; checked with <see cref="AlertChannelOptions.Faults(IReadOnlyList{AlertChannelOptions}, OutboundOptions, string)"/> before.</param>
    /// <param name="gate">The way out.</param>
    /// <param name="clock">The clock, for signatures.</param>
    public AlertChannels(IReadOnlyList<AlertChannelOptions> options, IOutboundGate gate, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(gate);
        _client = gate.CreateGuardedClient(Longest);
        All =
        [
            .. options.Select(IAlertChannel (channel) => channel.Kind switch
            {
                AlertChannelOptions.Webhook => new WebhookChannel(channel, _client, clock),
                AlertChannelOptions.Slack => new SlackChannel(channel, _client),
                AlertChannelOptions.Mail => new MailChannel(channel, gate),
                _ => throw new ArgumentException($"The channel '{channel.Key}' is of the kind '{channel.Kind}'; give webhook, slack or mail.", nameof(options)),
            }),
        ];
    }

    /// <summary>The channels in configuration order.</summary>
    public IReadOnlyList<IAlertChannel> All { get; }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}

/// <summary>Registers the channels.</summary>
public static class AlertChannelRegistration
{
    /// <summary>Adds the channels. Expects <see cref="IOutboundGate"/> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddAlertChannels(this IServiceCollection services, IReadOnlyList<AlertChannelOptions> options) => services
        .AddSingleton(provider => new AlertChannels(options, provider.GetRequiredService<IOutboundGate>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IReadOnlyList<IAlertChannel>>(provider => provider.GetRequiredService<AlertChannels>().All);
}
