using System.Threading.Channels;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Live;

/// <summary>One open stream. What changes before it has taken the last news is added to it, so a slow reader costs nothing. Thread-safe.</summary>
internal sealed class LiveListener(long account)
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _pending;

    /// <summary>Whose stream it is.</summary>
    public long Account => account;

    public void Tell(LiveTopics topics)
    {
        Interlocked.Or(ref _pending, (int)topics);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Waits for news.</summary>
    public async Task<LiveTopics> WaitAsync(CancellationToken cancellationToken)
    {
        await _signal.Reader.ReadAsync(cancellationToken);
        return (LiveTopics)Interlocked.Exchange(ref _pending, 0);
    }
}
