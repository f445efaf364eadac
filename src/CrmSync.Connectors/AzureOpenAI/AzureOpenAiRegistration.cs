using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Segments.Vectors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>The door of the hosted model.</summary>
public static class AzureOpenAiRegistration
{
    /// <summary>
    /// Registers <see cref="IHostedModel"/> on an Azure OpenAI resource. Expects <see cref="ILoggerFactory"/>, and takes <see cref="TimeProvider"/> from the container where it is.
    /// </summary>
    /// <exception cref="ArgumentException">Something in the options is wrong; the message lists every fault, one per line.</exception>
    public static IServiceCollection AddAzureOpenAi(this IServiceCollection services, AzureOpenAiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Validate("Hosted");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        return services.AddSingleton<IHostedModel>(provider => AzureOpenAiModel.Create(
            options, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILoggerFactory>(), credential: null,
            ConnectorRegistration.GateOf(provider).SocketFor(options.Endpoint!)));
    }

    /// <summary>Registers <see cref="ITextVectors"/> on an embeddings deployment of the same resource. Expects what <see cref="AddAzureOpenAi"/> expects.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">The resource.</param>
    /// <param name="deployment">Name of the embeddings deployment.</param>
    /// <param name="dimensions">Length of the vectors, for models that can shorten them; null for the model's own.</param>
    /// <exception cref="ArgumentException">Something in the options is wrong; the message lists every fault, one per line.</exception>
    public static IServiceCollection AddAzureOpenAiVectors(this IServiceCollection services, AzureOpenAiOptions options, string deployment, int? dimensions)
    {
        ArgumentNullException.ThrowIfNull(options);
        return services.AddSingleton<ITextVectors>(provider => AzureOpenAiVectors.Create(
            options, deployment, dimensions, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILoggerFactory>(), credential: null,
            ConnectorRegistration.GateOf(provider).SocketFor(options.Endpoint!)));
    }
}
