using System.Globalization;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Jobs;

/// <summary>What somebody wants a connection's write mode to be.</summary>
/// <param name="Mode">The mode; null for the one that its pause goes back to.</param>
/// <param name="Actor">Who wants it.</param>
public sealed record ModeChange(WriteMode? Mode, string Actor)
{
    /// <summary>Who ends pauses whose time has come.</summary>
    public const string Schedule = "schedule";

    /// <summary>Why, in the words of whoever wants it; null where nobody says.</summary>
    public string? Reason { get; init; }

    /// <summary>When a pause ends by itself, by the database's clock, in whole milliseconds; null where a person has to end it. Only with <see cref="WriteMode.Paused"/>.</summary>
    public DateTimeOffset? ResumeAt { get; init; }
}

/// <summary>What became of a <see cref="ModeChange"/>.</summary>
public enum ModeAnswer
{
    /// <summary>The connection has the mode now.</summary>
    Changed,

    /// <summary>It had it before; nothing was stored.</summary>
    Unchanged,

    /// <summary>Refused: there is no pause to go back from, and no mode was named.</summary>
    NotPaused,

    /// <summary>Refused: the connection was never anything but paused, so there is nothing to go back to.</summary>
    NothingRemembered,

    /// <summary>Refused: the pause would have ended already.</summary>
    ResumeIsPast,
}

/// <summary>What became of a change of mode, and how the connection was and is.</summary>
public sealed record ModeOutcome(ModeAnswer Answer, Connection Before, Connection After)
{
    /// <summary>Whether nothing was stored because the wish cannot be met.</summary>
    public bool IsRefused => Answer is ModeAnswer.NotPaused or ModeAnswer.NothingRemembered or ModeAnswer.ResumeIsPast;

    /// <summary>One or two sentences for a person, with the way out where it was refused.</summary>
    public string Sentence => Answer switch
    {
        ModeAnswer.Changed when Before.WriteMode == After.WriteMode => $"{After.Key}: {Words(After)}. It was paused before, too.",
        ModeAnswer.Changed => $"{After.Key}: {Words(After)} (it was {Name(Before.WriteMode)}).",
        ModeAnswer.Unchanged => $"{After.Key}: {Words(After)}{Since(After)} already; nothing changed.",
        ModeAnswer.NotPaused => $"{After.Key} is not paused, so there is nothing to resume: {Words(After)}. Name the mode that it shall have: on, approve or preview.",
        ModeAnswer.NothingRemembered => $"{After.Key} was never anything but paused and remembers no mode to go back to. Name the mode that it shall have: on, approve or preview.",
        ModeAnswer.ResumeIsPast => $"{After.Key}: the pause would have ended already, so nothing changed. Give an instant that lies ahead, or none.",
        _ => throw new InvalidOperationException($"A change of mode ended in no known way ({Answer})."),
    };

    /// <summary>A mode as sentences name it.</summary>
    public static string Name(WriteMode mode) => mode switch
    {
        WriteMode.Preview => "in preview",
        WriteMode.Approve => "by approval",
        WriteMode.On => "on",
        WriteMode.Paused => "paused",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such mode."),
    };

    private static string Words(Connection connection) => connection.WriteMode switch
    {
        WriteMode.Preview => "writing is in preview, so writes are shown and nothing is sent",
        WriteMode.Approve => "writing is by approval, so only what an operator lets go is sent",
        WriteMode.On => "writing is on",
        WriteMode.Paused when connection.ResumeAt is { } at =>
            $"writing is paused and goes back to {Name(connection.ResumeMode ?? WriteMode.Preview)} on {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC",
        WriteMode.Paused => "writing is paused until somebody resumes it",
        _ => throw new ArgumentOutOfRangeException(nameof(connection), connection.WriteMode, "There is no such mode."),
    };

    private static string Since(Connection connection) => connection is { ModeAt: { } at, ModeBy: { } by }
        ? $" (set by {by} on {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC)"
        : "";
}
