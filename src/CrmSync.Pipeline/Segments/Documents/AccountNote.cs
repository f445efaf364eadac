namespace CrmSync.Pipeline.Segments.Documents;

/// <summary>One activity of an account as a source gives it.</summary>
/// <param name="Account">Key of the account, such as the CRM's id of the company.</param>
/// <param name="Id">The activity's id, unique within the source.</param>
/// <param name="Subject">Subject, raw; may be empty.</param>
/// <param name="Body">Body, raw text or HTML; may be empty. Untrusted.</param>
/// <param name="Owner">Who wrote it, as a key; null where that is not known.</param>
/// <param name="At">When it happened; null where that is not known.</param>
public sealed record RawNote(string Account, string Id, string Subject, string Body, string? Owner = null, DateTimeOffset? At = null);

/// <summary>One activity of an account, ready to be read: cleaned, without personal data.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Id">The activity's id.</param>
/// <param name="Text">Subject and newly written text; quotes, signatures, links and notices are gone, personal data are placeholders.</param>
/// <param name="Owner">Who wrote it, as a key; null where that is not known.</param>
/// <param name="At">When it happened; null where that is not known.</param>
public sealed record AccountNote(string Account, string Id, string Text, string? Owner = null, DateTimeOffset? At = null)
{
    /// <summary>Topics of its vector, where vectors are at hand (see <see cref="Vectors.VectorTopics"/>); else null.</summary>
    public IReadOnlyList<int>? Topics { get; init; }
}
