namespace CrmSync.Connectors.Http;

/// <summary>How long a connector waits.</summary>
public sealed class TimeoutOptions
{
    /// <summary>Longest wait for the complete answer of one request that reads. Default 30 s; 1 s to 10 min.</summary>
    public TimeSpan Read { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for the answer of one request that writes. Default 30 s; 1 s to 10 min.</summary>
    public TimeSpan Write { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time of one call of a connector's method, all its requests and quick tries included. Default 2 min; a lease must outlast it.</summary>
    public TimeSpan Call { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Largest answer that is read into memory, in bytes. Default 256 MB.</summary>
    public int AnswerLimit { get; set; } = 256 * 1024 * 1024;

    /// <summary>Further tries of a request that reads, on 5xx and network trouble. Default 2; 0 to 2, because anything slower belongs to the queue.</summary>
    public int QuickTries { get; set; } = 2;

    /// <summary>Everything that is wrong, each as one sentence.</summary>
    internal IEnumerable<string> Faults(string place)
    {
        foreach (var (name, value) in new[] { (nameof(Read), Read), (nameof(Write), Write) })
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromMinutes(10))
                yield return $"{place}:Timeouts:{name} is {value}, but must lie between 00:00:01 and 00:10:00.";
        }

        if (Call < Read || Call < Write)
            yield return $"{place}:Timeouts:Call is {Call}, which is shorter than one request may take; make it at least Read and Write.";
        if (AnswerLimit < 1024 * 1024)
            yield return $"{place}:Timeouts:AnswerLimit is {AnswerLimit} bytes, but must be at least 1048576.";
        if (QuickTries is < 0 or > 2)
            yield return $"{place}:Timeouts:QuickTries is {QuickTries}, but must be 0, 1 or 2; slower tries are the queue's.";
    }
}
