using CrmSync.Simulator.AzureOpenAI.Answers;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>
/// How many tokens of a prompt's start the service has seen before: at least 1,024, in steps of 128, per deployment. Thread-safe.
/// </summary>
internal sealed class PromptCache
{
    private const int StepTokens = 128;
    private const int StepLength = StepTokens * 4;
    private const int LeastTokens = 1024;
    private const int MostStarts = 200_000;
    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _starts = [];

    public int CachedTokens(string deployment, IEnumerable<string> texts)
    {
        var prompt = string.Join('\0', texts);
        var (hash, seen, unbroken) = (Hash.Of(deployment), 0, true);
        lock (_lock)
        {
            if (_starts.Count > MostStarts)
                _starts.Clear();
            for (var at = 0; at + StepLength <= prompt.Length; at += StepLength)
            {
                hash = Hash.Of(prompt.AsSpan(at, StepLength), hash);
                unbroken &= !_starts.Add(hash);
                if (unbroken)
                    seen += StepTokens;
            }
        }
        return seen >= LeastTokens ? seen : 0;
    }
}
