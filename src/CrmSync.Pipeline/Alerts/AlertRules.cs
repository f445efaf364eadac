using System.Globalization;
using CrmSync.Pipeline.Budgets;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Alerts;

/// <summary>
/// What counts as broken. Pure: signs and what was broken before in, verdicts out. Each rule has two lines, one to cross downwards and a milder one to come back
/// over, so that what hovers does not flap.
/// </summary>
public static class AlertRules
{
    /// <summary>Judges everything that is watched.</summary>
    /// <param name="signs">How things are.</param>
    /// <param name="broken">Keys of what was broken at the last look.</param>
    /// <param name="options">The lines.</param>
    public static IReadOnlyList<AlertVerdict> Judge(AlertSigns signs, IReadOnlySet<string> broken, AlertOptions options)
    {
        ArgumentNullException.ThrowIfNull(signs);
        ArgumentNullException.ThrowIfNull(broken);
        ArgumentNullException.ThrowIfNull(options);
        var verdicts = new List<AlertVerdict>();
        foreach (var connection in signs.Connections)
        {
            verdicts.Add(Connection(connection, signs.At, options));
            verdicts.Add(Rejected(connection, broken.Contains($"rejected/{connection.Key}"), options));
            verdicts.Add(Backlog(connection, signs.At, broken.Contains($"backlog/{connection.Key}"), options));
            if (connection.Requests is { } requests)
                verdicts.Add(Quota(connection, requests, broken.Contains($"quota/{connection.Key}")));
        }
        verdicts.AddRange(signs.Schedules.Select(schedule => Schedule(schedule, signs, options)).OfType<AlertVerdict>());
        verdicts.AddRange(signs.Completeness.Select(Completeness));
        verdicts.AddRange(signs.Mixes.Select(mix => Mix(mix, broken.Contains(KeyOf(mix)), options)).OfType<AlertVerdict>());
        if (signs.Hosted is { } hosted)
            verdicts.Add(Hosted(hosted, broken.Contains("budget/hosted")));
        return verdicts;
    }

    private static AlertVerdict Connection(ConnectionSigns connection, DateTimeOffset now, AlertOptions options)
    {
        var stuck = connection.Held
            .Where(held => !options.PassingCodes.Contains(held.Code))
            .Where(held => now - Later(held.Since, held.LastSuccessAt) >= options.ConnectionAfter)
            .OrderBy(held => held.IsWriting)
            .FirstOrDefault();
        return stuck is null
            ? Fine($"connection/{connection.Key}", AlertKind.Connection, connection.Id, $"{connection.Name} is read and written again.")
            : Broken(
                $"connection/{connection.Key}", AlertKind.Connection, connection.Id,
                $"{connection.Name} cannot be {(stuck.IsWriting ? "written" : "read")} since {Later(stuck.Since, stuck.LastSuccessAt).UtcDateTime:u}: {stuck.Message}",
                $"Do what the sentence says, or run 'crmsync doctor'; the work goes on by itself (code {stuck.Code}).");
    }

    private static AlertVerdict Rejected(ConnectionSigns connection, bool wasBroken, AlertOptions options)
    {
        var key = $"rejected/{connection.Key}";
        var share = connection.Settled == 0 ? 0 : connection.Rejected / (double)connection.Settled;
        var line = wasBroken ? options.RejectedShare * options.Calm : options.RejectedShare;
        // A quiet hour says nothing; what was broken stays so until enough writes prove otherwise, or none at all are left to be refused.
        var tooFew = connection.Settled < options.RejectedFloor;
        var isBroken = tooFew ? wasBroken && connection.Rejected > 0 : share >= line;
        return isBroken
            ? Broken(
                key, AlertKind.Rejected, connection.Id,
                string.Create(CultureInfo.InvariantCulture, $"{connection.Name} refused {connection.Rejected:N0} of {connection.Settled:N0} writes of the last hour ({share:P1})."),
                "Open the write-back log at 'rejected': each row says why, and what to do; then retry all matching.")
            : Fine(key, AlertKind.Rejected, connection.Id, $"{connection.Name} takes our writes again.");
    }

    private static AlertVerdict Backlog(ConnectionSigns connection, DateTimeOffset now, bool wasBroken, AlertOptions options)
    {
        var key = $"backlog/{connection.Key}";
        var age = connection.OldestDueAt is { } due && due < now ? now - due : TimeSpan.Zero;
        return age >= (wasBroken ? options.Backlog * options.Calm : options.Backlog)
            ? Broken(
                key, AlertKind.Backlog, connection.Id,
                string.Create(CultureInfo.InvariantCulture, $"Work of {connection.Name} has been waiting for {age.TotalMinutes:N0} minutes."),
                "Look at the Overview for what holds it; raise CrmSync:Queues, or add a node, where there is simply too much.")
            : Fine(key, AlertKind.Backlog, connection.Id, $"Work of {connection.Name} no longer waits.");
    }

    private static AlertVerdict Quota(ConnectionSigns connection, BudgetForecast day, bool wasBroken)
    {
        var key = $"quota/{connection.Key}";
        return IsShort(day, wasBroken)
            ? Broken(
                key, AlertKind.Quota, connection.Id,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{connection.Name} has used {day.Used:N0} of {day.Allowance:N0} requests of its day, and at {day.PerHour:N0} an hour {Until(day)}."),
                "Work waits when they are used up and goes on by itself; hold a backfill ('crmsync runs'), or raise Budget:DayShare where no other application needs the rest.")
            : Fine(key, AlertKind.Quota, connection.Id, $"The requests of {connection.Name} last for the day again.");
    }

    private static AlertVerdict Hosted(BudgetForecast day, bool wasBroken) => IsShort(day, wasBroken)
        ? Broken(
            "budget/hosted", AlertKind.Budget, null,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The hosted model has cost ${day.Used / 1e6:0.00} of today's ${day.Allowance / 1e6:0.00}, and {Until(day)}."),
            "Questions wait until midnight UTC; raise CrmSync:Classification:Hosted:DailyBudgetUsd, or lower Share, if that is too late.")
        : Fine("budget/hosted", AlertKind.Budget, null, "The hosted model's budget lasts for the day again.");

    // A day that has hardly begun proves nothing; one that was short stays so until there is room to spare.
    private static bool IsShort(BudgetForecast day, bool wasBroken) =>
        day.Used >= day.Allowance || (day.Share >= 0.25 && day.AtEnd > day.Allowance * (wasBroken ? 0.9 : 1.0));

    private static string Until(BudgetForecast day) => day switch
    {
        { ReachedAt: { } at } when day.Used >= day.Allowance => $"nothing is left (as of {at.UtcDateTime:u})",
        { ReachedAt: { } at } => $"the rest ends at {at.UtcDateTime:u}, before the day does",
        _ => "the rest will hardly last for the day",
    };

    private static AlertVerdict? Schedule(ScheduleSign schedule, AlertSigns signs, AlertOptions options)
    {
        if (!Recurrence.TryParse(schedule.Recurrence, schedule.Zone, out var rhythm, out _))
            return null;
        var due = rhythm.NextAfter(Later(schedule.LastAt, signs.WatchingSince));
        var next = due is { } first ? rhythm.NextAfter(first) : null;
        var half = due is not null && next is not null ? (next.Value - due.Value) / 2 : TimeSpan.Zero;
        var isLate = due + (half > options.ScheduleGrace ? half : options.ScheduleGrace) < signs.At;
        return isLate
            ? Broken(
                $"schedule/{schedule.Key}", AlertKind.Schedule, schedule.ConnectionId,
                $"The schedule {schedule.Key} should have fired at {due!.Value.UtcDateTime:u} ({rhythm.Describe()}) and has not.",
                "Check that the host runs and is not overloaded; 'crmsync poll' reads at once.")
            : Fine($"schedule/{schedule.Key}", AlertKind.Schedule, schedule.ConnectionId, $"The schedule {schedule.Key} fires again.");
    }

    private static AlertVerdict Completeness(CompletenessSign sign)
    {
        var key = $"completeness/{sign.ConnectionKey}/{sign.ObjectType}";
        return sign.IsIncomplete
            ? Broken(key, AlertKind.Completeness, sign.ConnectionId, $"{sign.ConnectionKey} and the ledger differ in {sign.ObjectType}: {sign.Sentence}", "Run 'crmsync reconcile' again; what stays missing is listed with its reason.")
            : Fine(key, AlertKind.Completeness, sign.ConnectionId, $"The ledger holds all {sign.ObjectType} of {sign.ConnectionKey} again.");
    }

    private static AlertVerdict? Mix(LabelMix mix, bool wasBroken, AlertOptions options)
    {
        if (LabelShift.Index(mix, options.MixFloor) is not { } index)
            return null;
        var (answer, before, lately) = LabelShift.Most(mix);
        return index >= (wasBroken ? options.MixShift * options.Calm : options.MixShift)
            ? Broken(
                KeyOf(mix), AlertKind.Mix, mix.ConnectionId,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Labels of {mix.Taxonomy} on {mix.ConnectionKey} are spread otherwise than in the four weeks before: \"{answer}\" went from {before:P0} to {lately:P0} (index {index:0.00})."),
                "Look at activities of the last week with that label: the business may have changed, or a template, a model or a taxonomy.")
            : Fine(KeyOf(mix), AlertKind.Mix, mix.ConnectionId, $"Labels of {mix.Taxonomy} on {mix.ConnectionKey} are spread as before again.");
    }

    private static string KeyOf(LabelMix mix) => $"mix/{mix.ConnectionKey}/{mix.Taxonomy}";

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private static AlertVerdict Fine(string key, AlertKind kind, long? connectionId, string sentence) => new(key, kind, connectionId, AlertState.Fine, sentence);

    private static AlertVerdict Broken(string key, AlertKind kind, long? connectionId, string sentence, string fix) =>
        new(key, kind, connectionId, AlertState.Broken, sentence, fix);
}
