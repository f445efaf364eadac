using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;

namespace CrmSync.Service.Console.Evaluation;

/// <summary>How the last training of this process went.</summary>
/// <param name="By">Who started it.</param>
/// <param name="StartedAt">When.</param>
/// <param name="Line">What it is doing, or what came of it.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="ModelId">The model that was proposed; null while there is none.</param>
internal sealed record TrainingState(string By, DateTimeOffset StartedAt, string Line, DateTimeOffset? EndedAt, long? ModelId);

/// <summary>
/// Trains a model in the background when somebody asks, one at a time, on a thread of low priority. What it makes is a proposal in the ledger; a training that its
/// process does not live to finish leaves nothing. Thread-safe.
/// </summary>
internal sealed partial class TrainingRoom(
    ICorrectionStore corrections, IModelStore models, TaxonomySet taxonomies, TimeProvider time, ILogger<TrainingRoom> logger, IHostApplicationLifetime life, ICascadeFactory? cascades = null)
{
    private static readonly Texts T = Texts.Of(typeof(TrainingRoom));

    private readonly Lock _gate = new();
    private TrainingState? _state;

    /// <summary>The training that runs or ran last in this process; null where none has.</summary>
    public TrainingState? State => _state;

    /// <summary>Whether this process can train.</summary>
    public bool CanTrain => cascades is not null;

    /// <summary>Starts a training.</summary>
    /// <returns>False where one runs already.</returns>
    public bool Start(string actor)
    {
        if (cascades is not { } factory)
            return false;
        lock (_gate)
        {
            if (_state is { EndedAt: null })
                return false;
            _state = new TrainingState(actor, time.GetUtcNow(), T["ReadingWhatToLearnFrom"], null, null);
        }
        new Thread(() => RunAsync(new ModelProposals(corrections, models, factory, taxonomies), actor, life.ApplicationStopping).GetAwaiter().GetResult())
        {
            IsBackground = true, Priority = ThreadPriority.BelowNormal, Name = "training",
        }.Start();
        return true;
    }

    private async Task RunAsync(ModelProposals proposals, string actor, CancellationToken cancellationToken)
    {
        try
        {
            var rows = await TrainingFolder.ReadAsync(TrainingFolder.Shipped, taxonomies, cancellationToken).ConfigureAwait(false);
            var made = await proposals.MakeAsync(rows.Rows, new TrainingOptions { CreatedAt = time.GetUtcNow() }, actor, new Lines(this), cancellationToken).ConfigureAwait(false);
            End(T["IsProposed", made.Trained.Model.Version], made.Id);
        }
        catch (OperationCanceledException)
        {
            End(T["ItWasStoppedTogetherWithThe"], null);
        }
        catch (ActivityFileException fault)
        {
            End(fault.Message, null);
        }
#pragma warning disable CA1031 // the edge of a thread of its own: whatever went wrong is told where the training was started
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFailed(logger, fault);
            End(T["ItFailedTheLogOfThisNodeSaysWhy"], null);
        }
    }

    private void End(string line, long? model) => Change(state => state with { Line = line, EndedAt = time.GetUtcNow(), ModelId = model });

    private void Change(Func<TrainingState, TrainingState> change)
    {
        lock (_gate)
            _state = change(_state!);
    }

    [LoggerMessage(1, LogLevel.Error, "A training that somebody started in the console failed")]
    private static partial void LogFailed(ILogger logger, Exception fault);

    private sealed class Lines(TrainingRoom room) : IProgress<string>
    {
        public void Report(string value) => room.Change(state => state with { Line = value });
    }
}
