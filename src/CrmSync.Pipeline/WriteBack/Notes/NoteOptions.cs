namespace CrmSync.Pipeline.WriteBack.Notes;

/// <summary>How careful the writing of notes is.</summary>
public sealed record NoteOptions
{
    /// <summary>
    /// How long after a request that nobody answered the CRM is asked whether the note is there: as long as a request that is on its way may still arrive. Default one minute, 0 to 10.
    /// </summary>
    public TimeSpan SettleAfter { get; init; } = TimeSpan.FromMinutes(1);
}
