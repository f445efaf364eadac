using System.Globalization;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Pipeline.Reconciling;

/// <summary>Says how a comparison ended. Pure.</summary>
public static class CompletenessWords
{
    /// <summary>Code of a line about a comparison that found nothing.</summary>
    public const string CompleteCode = "reconcile.complete";

    /// <summary>Code of a line about gaps that were closed.</summary>
    public const string RepairedCode = "reconcile.repaired";

    /// <summary>Code of a line about gaps that are left.</summary>
    public const string IncompleteCode = "reconcile.incomplete";

    /// <summary>The end of a comparison.</summary>
    /// <param name="window">What was compared.</param>
    /// <param name="totals">What it found.</param>
    /// <param name="hidden">Activities that the CRM counts but did not show.</param>
    public static CompletenessEnd End(CompareWindow window, CompletenessTotals totals, long hidden)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(totals);
        var state = totals.MissingOpen + hidden > 0 ? CompletenessState.Incomplete
            : totals.Missing + totals.Extra > 0 ? CompletenessState.Repaired
            : CompletenessState.Complete;
        return new CompletenessEnd(state, hidden, string.Join(' ', Sentences(window, totals, hidden, state)));
    }

    /// <summary>The line of the run's log.</summary>
    public static LogLine Line(CompletenessEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        return end.State switch
        {
            CompletenessState.Complete => new LogLine(LogSeverity.Info, CompleteCode, end.Sentence),
            // Polls should have seen them: somebody may want to know, nobody has to act.
            CompletenessState.Repaired => new LogLine(LogSeverity.Warning, RepairedCode, end.Sentence),
            CompletenessState.Incomplete => new LogLine(LogSeverity.Error, IncompleteCode, end.Sentence),
            CompletenessState.Checking or CompletenessState.Failed => throw new ArgumentException($"A comparison does not end as {end.State} by itself.", nameof(end)),
        };
    }

    private static IEnumerable<string> Sentences(CompareWindow window, CompletenessTotals totals, long hidden, CompletenessState state)
    {
        var until = window.Until.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        yield return state switch
        {
            CompletenessState.Complete => $"{window.ObjectType}: complete as of {until} UTC, {Count(totals.CrmRows, "activity", "activities")}.",
            CompletenessState.Repaired => $"{window.ObjectType}: complete as of {until} UTC after repair, {Count(totals.CrmRows, "activity", "activities")}.",
            _ => $"{window.ObjectType}: not complete as of {until} UTC; of {Count(totals.CrmRows + hidden, "activity", "activities")} {Number(totals.MissingOpen + hidden)} are not in the ledger.",
        };
        if (totals.Missing > 0)
            yield return $"{Count(totals.Missing, "activity was", "activities were")} missing or out of date; {Number(totals.Missing - totals.MissingOpen)} fetched.";
        if (hidden > 0)
            yield return $"{Count(hidden, "activity is", "activities are")} counted by the CRM but not shown by its search; the next comparison looks again, and a backfill of this range reads them by another way.";
        if (totals.Extra > 0)
            yield return $"{Count(totals.Extra, "activity was", "activities were")} deleted in the CRM unnoticed and {(totals.Extra == 1 ? "is" : "are")} marked as gone.";
        if (totals.CheckedLabels > 0)
            yield return totals.Drifted == 0
                ? $"{Count(totals.CheckedLabels, "label", "labels")} read back, all as we wrote them."
                : $"{Count(totals.CheckedLabels, "label", "labels")} read back, {Number(totals.Drifted)} changed by others ({Number(totals.DriftedByPeople)} by people); they stay.";
    }

    private static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
