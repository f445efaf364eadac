using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Vectors;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>How far a search is and what of it is to be kept; filled by the search, emptied at every waking of its batch. Thread-safe.</summary>
internal sealed class SearchState : IProgress<DiscoveryProgress>
{
    private readonly Lock _gate = new();
    private readonly List<VectorStep> _vectors = [];
    private TaskCompletionSource _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DiscoveryProgress _now = new("reading notes", 0, 0);
    private DiscoveryCheckpoint? _checkpoint;

    /// <summary>Ends when there is something that should be saved at once.</summary>
    public Task Kept
    {
        get
        {
            lock (_gate)
                return _kept.Task;
        }
    }

    public void Report(DiscoveryProgress value)
    {
        lock (_gate)
            _now = value;
    }

    public Task KeepAsync(DiscoveryCheckpoint checkpoint)
    {
        lock (_gate)
        {
            _checkpoint = checkpoint;
            _kept.TrySetResult();
        }
        return Task.CompletedTask;
    }

    public void Keep(VectorStep news)
    {
        if (news.IsEmpty)
            return;
        lock (_gate)
        {
            _vectors.Add(news);
            if (news.Learned is not null)
                _kept.TrySetResult();
        }
    }

    public (SearchStep Step, VectorStep? Vectors) Take()
    {
        lock (_gate)
        {
            var step = new SearchStep(_now.Stage, Math.Clamp(_now.Share, 0, 1), _now.Activities) { Checkpoint = _checkpoint };
            if (_kept.Task.IsCompleted)
                _kept = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _checkpoint = null;
            var vectors = _vectors.Count == 0 ? null : new VectorStep
            {
                Drawn = [.. _vectors.SelectMany(news => news.Drawn)],
                Learned = _vectors.Select(news => news.Learned).LastOrDefault(learned => learned is not null),
                Read = [.. _vectors.SelectMany(news => news.Read)],
            };
            _vectors.Clear();
            return (step, vectors);
        }
    }
}
