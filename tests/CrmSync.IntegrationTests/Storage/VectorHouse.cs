using System.Collections.Concurrent;
using System.Text.Json;
using CrmSync.Connectors.AzureOpenAI;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>A simulated Azure OpenAI with the desk of its embeddings deployment in front; every request is kept as it went out.</summary>
internal sealed class VectorHouse : IAsyncDisposable
{
    private readonly Recorder _recorder = new();
    private readonly AzureOpenAiVectors _vectors;

    private VectorHouse(ModelSimulator simulator, Ledger ledger, IKnownNames names, WithoutAnswer whenUnavailable, decimal budgetUsd, int dimensions)
    {
        Simulator = simulator;
        _vectors = AzureOpenAiVectors.Create(
            new AzureOpenAiOptions { Endpoint = simulator.BaseAddress, Key = ModelSimulatorOptions.DefaultKey }, "crmsync-embedding", dimensions, TimeProvider.System, NullLoggerFactory.Instance,
            null, _recorder);
        Desk = new VectorDesk(_vectors, new VectorOptions { WhenUnavailable = whenUnavailable }, names, new LedgerBudget(ledger, budgetUsd), TimeProvider.System);
    }

    public ModelSimulator Simulator { get; }

    public VectorDesk Desk { get; }

    /// <summary>Bodies of all requests.</summary>
    public IReadOnlyCollection<string> Requests => _recorder.Bodies;

    /// <summary>All texts that were sent, those of refused requests, too.</summary>
    public IReadOnlyList<string> Texts =>
        [.. Requests.SelectMany(body => JsonDocument.Parse(body).RootElement.GetProperty("input").EnumerateArray().Select(text => text.GetString()!))];

    /// <summary>How many texts got a vector.</summary>
    public int Answered => Simulator.Calls.Snapshot().Where(call => call.Status == 200).Sum(call => call.Items);

    public static async Task<VectorHouse> StartAsync(
        Ledger ledger, IKnownNames names, WithoutAnswer whenUnavailable = WithoutAnswer.Wait, decimal budgetUsd = 5, int dimensions = 64) => new(
        await ModelSimulator.StartAsync(new ModelSimulatorOptions { ErrorRate = 0, QuotasOn = false }, TimeProvider.System, TestContext.Current.CancellationToken),
        ledger, names, whenUnavailable, budgetUsd, dimensions);

    public async ValueTask DisposeAsync()
    {
        _vectors.Dispose();
        await Simulator.DisposeAsync();
    }

    private sealed class Recorder() : DelegatingHandler(new SocketsHttpHandler())
    {
        public ConcurrentQueue<string> Bodies { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } content)
                Bodies.Enqueue(await content.ReadAsStringAsync(cancellationToken));
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
