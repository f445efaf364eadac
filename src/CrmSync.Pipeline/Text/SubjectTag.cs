using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Text;

/// <summary>What a logging tool says a subject line is about.</summary>
public enum TagChannel
{
    /// <summary>No tag says it.</summary>
    None,

    /// <summary>A logged mail.</summary>
    Email,

    /// <summary>A logged call.</summary>
    Call,
}

/// <summary>The tool tags of a subject, such as <c>[Outreach] [Email] [Out] 12 Re: …</c>, and what remains without them.</summary>
/// <param name="Tool">The logging tool in lower case, or null.</param>
/// <param name="Channel">Mail or call, where a tag says so.</param>
/// <param name="Direction">Direction, where a tag says so.</param>
/// <param name="Step">Sequence step number of an automated mail; a person's reply in a thread carries none.</param>
/// <param name="Replies">How many reply prefixes (Re:, AW:, SV:, …) stand before the title.</param>
/// <param name="IsForward">True when a forward prefix (Fwd:, WG:, TR:, …) stands there.</param>
/// <param name="Outcome">Dialler outcome in the tool's words, such as <c>No Voicemail</c>, or null.</param>
/// <param name="Title">The subject without tags, step and prefixes.</param>
public sealed record SubjectTag(
    string? Tool, TagChannel Channel, ActivityDirection? Direction, int? Step, int Replies, bool IsForward, string? Outcome, string Title)
{
    /// <summary>True where any tool tag stood.</summary>
    public bool HasTags => Tool is not null || Channel != TagChannel.None || Direction is not null;
}
