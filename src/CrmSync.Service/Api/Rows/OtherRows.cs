using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api.Rows;

/// <summary>A correction: what a person said.</summary>
/// <param name="Id">Id of the correction.</param>
/// <param name="ActivityId">The activity.</param>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="Label">The right label; null: no definition covers it.</param>
/// <param name="FormerLabel">What stood before.</param>
/// <param name="FormerAnswer">decided, abstained, unsure; null where nothing stood.</param>
/// <param name="Source">console, file or crm; what comes through this API counts as console.</param>
/// <param name="Actor">Who said it.</param>
/// <param name="Binds">Whether the activity still has the content that was judged.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="UndoneAt">When it was taken back; null while it stands.</param>
/// <param name="UndoneBy">Who took it back.</param>
internal sealed record CorrectionRow(
    string Id, string ActivityId, string Taxonomy, string? Label, string? FormerLabel, string? FormerAnswer, string Source, string Actor, bool Binds, DateTimeOffset CreatedAt,
    DateTimeOffset? UndoneAt, string? UndoneBy)
{
    public static CorrectionRow Of(CorrectionView row) => new(
        row.Id.Text(), row.ActivityId.Text(), row.Taxonomy, row.Label, row.FormerLabel, row.FormerStatus, row.Source, row.Actor, row.Binds == 1, row.CreatedAt.Instant(),
        row.UndoneAt.Instant(), row.UndoneBy);
}

/// <summary>A correction to store.</summary>
/// <param name="ActivityId">The activity.</param>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="Label">The right label's id; null for "no definition covers it".</param>
internal sealed record CorrectionOrder(string ActivityId, string Taxonomy, string? Label)
{
    /// <summary>Hash of the content that was judged, from the activity's story; left out, the present content is meant.</summary>
    public string? ContentHash { get; init; }
}

/// <summary>A connection.</summary>
/// <param name="Key">Its permanent key.</param>
/// <param name="Kind">hubspot or salesforce.</param>
/// <param name="Name">Display name.</param>
/// <param name="WriteMode">preview, approve, on or paused.</param>
/// <param name="Reason">Why the mode is what it is.</param>
/// <param name="ChangedBy">Who set it.</param>
/// <param name="ChangedAt">When.</param>
/// <param name="ResumeAt">When a pause ends by itself; null where a person has to end it.</param>
/// <param name="ResumeMode">What a pause goes back to.</param>
internal sealed record ConnectionRow(
    string Key, string Kind, string Name, string WriteMode, string? Reason, string? ChangedBy, DateTimeOffset? ChangedAt, DateTimeOffset? ResumeAt, string? ResumeMode)
{
    public static ConnectionRow Of(Connection row) => new(
        row.Key, row.Kind, row.Name, ModeName(row.WriteMode), row.ModeReason, row.ModeBy, row.ModeAt, row.ResumeAt, row.ResumeMode is { } mode ? ModeName(mode) : null);

    private static string ModeName(WriteMode mode) => mode.ToString().ToLowerInvariant();
}

/// <summary>A change of a connection's write mode.</summary>
/// <param name="WriteMode">preview, approve, on, paused, or resume for what a pause interrupted.</param>
internal sealed record ConnectionChange(string WriteMode)
{
    /// <summary>Why; needed for paused.</summary>
    public string? Reason { get; init; }

    /// <summary>Of paused: when writing goes on by itself.</summary>
    public DateTimeOffset? ResumeAt { get; init; }
}

/// <summary>What became of a change of mode.</summary>
/// <param name="Connection">The connection as it is now.</param>
/// <param name="Sentence">What changed, in plain words.</param>
internal sealed record ConnectionAnswer(ConnectionRow Connection, string Sentence);

/// <summary>A schedule.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Kind">What it starts.</param>
/// <param name="Rhythm">Five-field cron, or such as "every 30s".</param>
/// <param name="Zone">IANA time zone of a cron.</param>
/// <param name="InWords">The rhythm in words.</param>
/// <param name="Enabled">Whether it fires.</param>
/// <param name="LastFiredAt">When it last fired.</param>
/// <param name="NextAt">When it fires next; null where it is off.</param>
internal sealed record ApiSchedule(string Key, string Kind, string Rhythm, string Zone, string InWords, bool Enabled, DateTimeOffset? LastFiredAt, DateTimeOffset? NextAt)
{
    public static ApiSchedule Of(ScheduleRow row, DateTimeOffset now)
    {
        var recurrence = Recurrence.Parse(row.Recurrence, row.Zone);
        return new ApiSchedule(row.Key, row.Kind, row.Recurrence, row.Zone, recurrence.Describe(), row.Enabled, row.LastFiredAt, row.Enabled ? recurrence.NextAfter(now) : null);
    }
}

/// <summary>A change of a schedule; what is left out stays.</summary>
internal sealed record ScheduleChange
{
    /// <summary>Five-field cron, or such as "every 30s".</summary>
    public string? Rhythm { get; init; }

    /// <summary>IANA time zone of a cron.</summary>
    public string? Zone { get; init; }

    /// <summary>Whether it fires.</summary>
    public bool? Enabled { get; init; }
}
