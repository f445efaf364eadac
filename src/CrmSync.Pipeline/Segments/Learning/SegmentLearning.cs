using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Accounts;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>
/// Learns from all approved segments, one after the other. After each one it says how far it is, so that a killed run goes on with the next; while it thinks it renews its lease, which
/// lets a person hold or stop it. A segment that cannot be learned from is told of in the run's log and never stops the others. Thread-safe.
/// </summary>
public sealed class SegmentLearning(ISegmentWorkStore store, SegmentLearner learner, LearningOptions options, ILogger<SegmentLearning> logger)
{
    internal async IAsyncEnumerable<LedgerChange> RunAsync(SegmentWork work, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (after, learned, failed) = (work.After, 0, 0);
        // Asked anew each time: what people approve, retire or merge meanwhile holds from the next segment on.
        while ((await store.ReadActiveAsync(cancellationToken)).Where(segment => segment.Id > after).MinBy(segment => segment.Id) is { } segment)
        {
            await using var thinking = new LongWork<(LearnStep Step, List<LogLine> Log)>(stop => LearnAsync(segment, clock, stop), clock, cancellationToken);
            await foreach (var isDone in thinking.TicksAsync())
                if (!isDone)
                    yield return LedgerChange.Renewal;
            var (step, log) = await thinking.Result;
            (after, learned, failed) = (segment.Id, learned + (step.Failed ? 0 : 1), failed + (step.Failed ? 1 : 0));
            yield return new LedgerChange { Learned = step, Log = log };
        }
        yield return new LedgerChange
        {
            Log = [new LogLine(failed > 0 ? LogSeverity.Warning : LogSeverity.Info, "segments.learned", string.Create(
                CultureInfo.InvariantCulture, $"{learned:N0} segments were learned from{(failed > 0 ? $"; {failed:N0} could not be, the lines before say why" : "")}."))],
            Ending = new BatchEnding.Completed(),
        };
    }

    private async Task<(LearnStep Step, List<LogLine> Log)> LearnAsync(ActiveSegment segment, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            var now = clock.GetUtcNow();
            var lesson = await learner.LearnAsync(segment.Key, now, cancellationToken);
            var thresholds = SegmentThresholds.Of(await store.ReadAuditedAsync(segment.Id, now - options.AuditReach, cancellationToken), options);
            return (new LearnStep(segment.Id) { Metrics = lesson?.Metrics, Thresholds = thresholds, Changes = (lesson?.Version is null ? 0 : 1) + (lesson?.Proposed ?? 0) }, [.. Lines(segment, lesson)]);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // one segment's trouble, whatever it is, is told and kept from the others
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.SegmentNotLearned(fault, segment.Key);
            // Only the kind of fault: its message may hold text of a record.
            var line = $"Segment \"{segment.Name}\" could not be learned from ({fault.GetType().Name}); its figures stay as they were. The service log of this moment has the details.";
            return (new LearnStep(segment.Id) { Failed = true }, [new LogLine(LogSeverity.Error, "segments.learn_failed", line)]);
        }
    }

    private static IEnumerable<LogLine> Lines(ActiveSegment segment, SegmentLesson? lesson)
    {
        if (lesson?.Version is { } version)
            yield return new LogLine(LogSeverity.Info, "segments.pack_refreshed", string.Create(CultureInfo.InvariantCulture, $"The pack of \"{segment.Name}\" has version {version} with the figures of now."));
        if (lesson is { Proposed: > 0 })
            yield return new LogLine(LogSeverity.Info, "segments.proposed", string.Create(CultureInfo.InvariantCulture, $"{lesson.Proposed:N0} changes of the pack of \"{segment.Name}\" wait for a person."));
        if (lesson?.Remark is { } remark)
            yield return new LogLine(LogSeverity.Warning, "segments.pack_not_refreshed", $"The pack of \"{segment.Name}\" stays as it is until the next run: {remark}");
    }
}

/// <summary>How far learning is.</summary>
/// <param name="SegmentId">The segment that is done.</param>
public sealed record LearnStep(long SegmentId)
{
    /// <summary>Its figures; null where they could not be worked out, or where there is no such segment any more.</summary>
    public SegmentMetrics? Metrics { get; init; }

    /// <summary>Where answers about its accounts count from more certainty on than elsewhere; they take the place of those before.</summary>
    public IReadOnlyList<SegmentThreshold> Thresholds { get; init; } = [];

    /// <summary>Versions and proposals that came of it.</summary>
    public int Changes { get; init; }

    /// <summary>Whether it could not be learned from.</summary>
    public bool Failed { get; init; }
}
