using System.Globalization;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>Whether a connection's labels are sent: who said so, why, and when a pause ends.</summary>
internal sealed class ConnectionModes(LedgerDatabase database)
{
    private const string Action = "connection.write_mode";

    public Task<ModeOutcome> SetAsync(long connectionId, ModeChange change, CancellationToken cancellationToken)
    {
        if (change is { ResumeAt: not null, Mode: not WriteMode.Paused })
            throw new ArgumentException("Only a pause has an end.", nameof(change));
        return database.WriteAsync(
            connectionId,
            async session =>
            {
                var before = await session.FirstAsync(
                        $"select {ConnectionRows.Columns} from connection where id = @connectionId", new { connectionId }, ConnectionRows.Read)
                    ?? throw new InvalidOperationException($"The ledger has no connection {connectionId}; list the connections for their ids.");
                var outcome = Judge(before, change, session.Now);
                if (outcome.Answer is ModeAnswer.Changed)
                    await StoreAsync(session, outcome.Before, outcome.After);
                return outcome;
            },
            cancellationToken);
    }

    /// <summary>Ends the pause of a connection where its time has come by the database's clock.</summary>
    public static async Task ResumeDueAsync(Session session, long connectionId)
    {
        var due = await session.FirstAsync(
            $"select {ConnectionRows.Columns} from connection where id = @connectionId and write_mode = 'paused' and resume_at <= @Now and resume_mode is not null",
            new { connectionId, session.Now },
            ConnectionRows.Read);
        if (due is null)
            return;
        var change = new ModeChange(null, ModeChange.Schedule) { Reason = "The pause came to its end." };
        await StoreAsync(session, due, Judge(due, change, session.Now).After);
    }

    private static ModeOutcome Judge(Connection before, ModeChange change, long now)
    {
        if (change.Mode is null && before.WriteMode is not WriteMode.Paused)
            return new ModeOutcome(before.WriteMode is WriteMode.On ? ModeAnswer.Unchanged : ModeAnswer.NotPaused, before, before);
        if ((change.Mode is null || change.ResumeAt is not null) && before is { WriteMode: WriteMode.Paused, ResumeMode: null })
            return new ModeOutcome(ModeAnswer.NothingRemembered, before, before);
        if (change.ResumeAt?.ToUnixTimeMilliseconds() <= now)
            return new ModeOutcome(ModeAnswer.ResumeIsPast, before, before);

        var mode = change.Mode ?? before.ResumeMode!.Value;
        var pauses = mode is WriteMode.Paused;
        var isRepeat = mode == before.WriteMode;
        var after = before with
        {
            WriteMode = mode,
            ModeReason = change.Reason ?? (isRepeat ? before.ModeReason : null),
            ModeBy = change.Actor,
            ModeAt = DateTimeOffset.FromUnixTimeMilliseconds(now),
            ResumeAt = change.ResumeAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end.ToUnixTimeMilliseconds()) : null,
            ResumeMode = !pauses ? null : isRepeat ? before.ResumeMode : before.WriteMode,
        };
        // Whoever repeats an act is told so; a pause with another reason or end is another act.
        return isRepeat && (!pauses || (after.ModeReason, after.ResumeAt) == (before.ModeReason, before.ResumeAt))
            ? new ModeOutcome(ModeAnswer.Unchanged, before, before)
            : new ModeOutcome(ModeAnswer.Changed, before, after);
    }

    private static async Task StoreAsync(Session session, Connection before, Connection after)
    {
        await session.ExecuteAsync(
            """
            update connection set write_mode = @mode, mode_reason = @ModeReason, mode_by = @ModeBy, mode_at = @Now, resume_at = @resumeAt, resume_mode = @resumeMode
            where id = @Id
            """,
            new
            {
                mode = Stored.Name(after.WriteMode), after.ModeReason, after.ModeBy, session.Now, resumeAt = after.ResumeAt?.ToUnixTimeMilliseconds(),
                resumeMode = after.ResumeMode is { } resumed ? Stored.Name(resumed) : null, after.Id,
            });
        await Audit.WriteAsync(session, after.ModeBy!, Action, before.Key, Describe(before), Describe(after), after.ModeReason);
    }

    private static string Describe(Connection connection) => connection.ResumeAt is { } at
        ? $"{Stored.Name(connection.WriteMode)} until {at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}"
        : Stored.Name(connection.WriteMode);
}
