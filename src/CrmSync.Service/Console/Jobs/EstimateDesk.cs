using System.Collections.Concurrent;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Console.Jobs;

/// <summary>A range of one connection.</summary>
/// <param name="Connection">Its key.</param>
/// <param name="From">Begin of the modified times.</param>
/// <param name="To">Their end.</param>
/// <param name="Types">The types, separated by commas; blank for all.</param>
internal sealed record EstimateAsk(string Connection, DateTimeOffset From, DateTimeOffset To, string Types);

/// <summary>What a backfill would cost.</summary>
/// <param name="Forecast">Requests and time.</param>
/// <param name="Hosted">Tokens and money; null without a hosted model.</param>
internal sealed record Estimate(BackfillForecast Forecast, HostedForecast? Hosted);

/// <summary>What came of asking.</summary>
/// <param name="Estimate">The estimate; null where there is none.</param>
/// <param name="Fault">Why there is none, and the way out.</param>
internal sealed record EstimateAnswer(Estimate? Estimate, string? Fault);

/// <summary>
/// Asks CRMs for counts, one or two cheap requests per type, beside the pages that want them: a page does not wait for a slow CRM but looks again. What was found is kept
/// for ten minutes. Thread-safe.
/// </summary>
internal sealed class EstimateDesk(HostedDesk hosted, TaxonomySet taxonomies, TimeProvider time, IConnectorCatalog? connectors = null)
{
    private static readonly Texts T = Texts.Of(typeof(EstimateDesk));

    private const int MostKept = 50;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<EstimateAsk, (Task<EstimateAnswer> Work, DateTimeOffset At)> _asked = new();

    /// <summary>The estimate, or null where the CRM is still being asked after the patience.</summary>
    public async Task<EstimateAnswer?> FindAsync(EstimateAsk ask, TimeSpan patience, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var old in _asked.Where(pair => pair.Value.At < now - Kept).Select(pair => pair.Key).ToList())
            _asked.TryRemove(old, out _);
        if (_asked.Count >= MostKept)
            _asked.Clear();
        var (work, _) = _asked.GetOrAdd(ask, wanted => (Task.Run(() => AskAsync(wanted), CancellationToken.None), now));
        try
        {
            var result = await work.WaitAsync(patience, cancellationToken);
            // Trouble passes; whoever looks again asks again.
            if (result.Fault is not null)
                _asked.TryRemove(ask, out _);
            return result;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<EstimateAnswer> AskAsync(EstimateAsk ask)
    {
        if (connectors?.Find(ask.Connection) is not { } connector)
            return new EstimateAnswer(null, T["ThisConnectionIsNotInThisHosts"]);
        var types = ask.Types.Split(',', StringSplitOptions.RemoveEmptyEntries);
        ScanWindow[] windows = [.. connector.Reader.ObjectTypes.Where(type => types.Length == 0 || types.Contains(type)).Select(type => new ScanWindow(type, ask.From, ask.To))];
        using var patience = new CancellationTokenSource(Longest, time);
        try
        {
            var forecast = await BackfillForecast.AskAsync(connector, windows, BackfillForecast.UsualLabelledShare, patience.Token);
            return forecast.Succeeded
                ? new EstimateAnswer(new Estimate(forecast.Value, Money(forecast.Value.Activities)), null)
                : new EstimateAnswer(null, $"{forecast.Failure.Message} {forecast.Failure.Fix}");
        }
        catch (OperationCanceledException)
        {
            return new EstimateAnswer(null, T["TheCRMDidNotAnswerWithinAMinute"]);
        }
    }

    // The model is not called: only the prompts are made.
    private HostedForecast? Money(long activities) => hosted.Auditor is null ? null : HostedForecast.For(hosted, taxonomies, activities, hosted.Asking.BatchBackfills);
}
