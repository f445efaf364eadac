using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;

namespace CrmSync.Pipeline.WriteBack.Notes;

/// <summary>A note before it is written.</summary>
/// <param name="Connection">Where.</param>
/// <param name="Subject">The account.</param>
/// <param name="Place">What kind of record it becomes.</param>
/// <param name="Text">Exactly what would be written.</param>
public sealed record NotePreview(Connection Connection, BriefSubject Subject, NotePlace Place, NoteText Text);

/// <summary>Shows notes before they are written; command and page go through it. Thread-safe, changes nothing.</summary>
public sealed class NoteDesk(IBriefStore briefs, IRunStore runs, IConnectorCatalog? connectors = null)
{
    /// <summary>What writing a brief to its account would put there.</summary>
    /// <param name="given">The brief.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Result<NotePreview>> PreviewAsync(GivenBrief given, CancellationToken cancellationToken) => PreviewAsync(given, connectors is null ? [] : connectors.All, cancellationToken);

    /// <summary>The same with other connectors than the host's.</summary>
    /// <inheritdoc cref="PreviewAsync(GivenBrief, CancellationToken)"/>
    public async Task<Result<NotePreview>> PreviewAsync(GivenBrief given, IReadOnlyList<ICrmConnector> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(open);
        if (given.Account is not { } account)
            return NoteCodes.Of("note.no_account");
        if (given.Content is not { } brief)
            return NoteCodes.Of("note.words_gone");
        if (await briefs.ReadBriefSubjectAsync(account, cancellationToken) is not { } subject)
            return NoteCodes.Of("note.account_gone");
        var connection = (await runs.ListConnectionsAsync(cancellationToken)).First(known => known.Key == subject.Connection);
        if (open.FirstOrDefault(known => known.Key == subject.Connection)?.Notes is not { } writer)
            return NoteCodes.Of("note.unsupported");
        var place = await writer.FindPlaceAsync(cancellationToken);
        if (!place.Succeeded)
            return place.Failure;
        var reference = NoteReference.Of(given.Id, given.At, new NoteAccount(subject.ObjectType, subject.ExternalId));
        return new NotePreview(connection, subject, place.Value, BriefNote.Of(brief, given.Id, reference, place.Value));
    }
}
