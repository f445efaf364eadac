using CrmSync.Simulator.AzureOpenAI.Answers;
using CrmSync.Simulator.AzureOpenAI.Http;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Pages;

namespace CrmSync.Simulator.AzureOpenAI;

/// <summary>
/// An Azure OpenAI resource on a real HTTP server on 127.0.0.1: the v1 surface under <c>/openai/v1/</c> with chat completions (structured output and
/// streaming), embeddings, models, files and batches. Its answers come from the seeded records' labels, found by the text inside the prompt
/// (<see cref="PromptReader"/> says how records are recognised), wrong at a settable rate; no classifier of the product takes part. Same seed and
/// same calls give the same answers. Thread-safe.
/// </summary>
public sealed class ModelSimulator : ISimulatorControls, IAsyncDisposable
{
    private readonly ModelQuota _quota;
    private readonly LabelChooser _chooser;
    private readonly Answerer _answerer;
    private LoopbackHost? _host;

    private ModelSimulator(ModelSimulatorOptions options, TimeProvider clock)
    {
        Dials = new FaultBoard(options.Seed);
        _quota = new ModelQuota(clock) { On = options.QuotasOn };
        var truths = options.ExtraTruth.Count == 0 ? TruthIndex.Seeded.Value : new TruthIndex(options.ExtraTruth);
        _chooser = new LabelChooser(truths, options.Seed) { ErrorRate = Checked(options.ErrorRate) };
        _answerer = new Answerer(options, _chooser);
    }

    /// <inheritdoc/>
    public string Kind => "azure-openai";

    /// <summary>Where it listens: always loopback. Clients take <c>BaseAddress + "openai/v1/"</c>.</summary>
    public Uri BaseAddress => _host!.BaseAddress;

    /// <inheritdoc/>
    public FaultBoard Dials { get; }

    /// <summary>Faults that the next calls meet, after the dials.</summary>
    public FaultPlan Faults { get; } = new();

    /// <inheritdoc/>
    public CallLog Calls { get; } = new();

    /// <inheritdoc/>
    public bool QuotasOn
    {
        get => _quota.On;
        set => _quota.On = value;
    }

    /// <summary>How often a label is wrong, 0 to 1; holds from the next call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double ErrorRate
    {
        get => _chooser.ErrorRate;
        set => _chooser.ErrorRate = Checked(value);
    }

    /// <summary>Whose instructions the model follows; holds from the next call.</summary>
    public Gullibility Gullibility
    {
        get => _answerer.Gullibility;
        set => _answerer.Gullibility = value;
    }

    /// <summary>Starts a resource that listens when the task ends.</summary>
    /// <param name="options">Its behaviour.</param>
    /// <param name="clock">Its time: stamps, quotas, batches, slow answers.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="SimulatorPortInUseException">The port is taken.</exception>
    public static async Task<ModelSimulator> StartAsync(ModelSimulatorOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        var simulator = new ModelSimulator(options, clock);
        // Dials of the service's own come first: its F-numbers then stand in order before those of its answers.
        var dials = new ModelDials(simulator.Dials);
        var chat = new ChatService(simulator._answerer, dials, new PromptCache(), options, clock);
        var server = new ModelServer(
            options, new ModelWork(options, chat, dials), simulator._quota, dials, simulator.Dials, simulator.Faults, simulator.Calls, clock);
        simulator._host = await LoopbackHost.StartAsync("Azure OpenAI", options.Port, app =>
        {
            server.Map(app);
            SimulatorPages.MapAlone(app, simulator, clock);
            options.MapPages?.Invoke(app);
        }, cancellationToken);
        return simulator;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static double Checked(double rate) => rate is >= 0 and <= 1
        ? rate
        : throw new ArgumentOutOfRangeException(nameof(rate), rate, "The error rate of the simulated model is a share of its labels; give 0 to 1.");
}
