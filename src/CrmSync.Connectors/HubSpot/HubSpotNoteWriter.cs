using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Notes;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Notes on companies. HubSpot takes the note and its link in one request, so there is never a note that hangs on nothing. It offers no key that would make the request safe to repeat, so a
/// note whose answer was lost is looked for among the company's notes.
/// </summary>
internal sealed class HubSpotNoteWriter(HubSpotClient client, CrmTransport transport, string key) : INoteWriter
{
    private const string Type = "notes";
    private const string Body = "hs_note_body";
    private const string Created = "hs_createdate";

    // HubSpot's number of the link from a note to a company (its SDK's AssociationTypes).
    private const int NoteToCompany = 190;

    // HubSpot's limit of a note's body (its notes guide).
    private const int LongestBody = 65_536;

    private const int MostPages = 200;

    private static readonly NotePlace Place = new(Type, NoteForm.Html, LongestBody, HasTitle: false, "It becomes a note on the company in HubSpot.");

    /// <inheritdoc/>
    public Task<Result<NotePlace>> FindPlaceAsync(CancellationToken cancellationToken) => Task.FromResult<Result<NotePlace>>(Place);

    /// <inheritdoc/>
    public Task<Result<NoteRecord>> WriteAsync(NoteDraft draft, CancellationToken cancellationToken)
    {
        var place = new CallPlace(key, "writing a note");
        return transport.CallAsync<NoteRecord>(CallKind.Write, place.Purpose, async token =>
        {
            var values = new Dictionary<string, string> { ["hs_timestamp"] = HubSpotValues.Iso(draft.At), [Body] = draft.Body };
            var answer = await client.CreateAsync(Type, values, draft.Account.ExternalId, NoteToCompany, token);
            if (!answer.Succeeded)
                return answer.Failure;
            return answer.Value.Body.Filled("id") is { } id ? new NoteRecord(Type, id) : HttpFailures.UnreadableWrite.At(place);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<NoteRecord?>> FindAsync(NoteSearch search, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "looking for a note", token => FindNowAsync(search, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<StoredNote?>> ReadAsync(NoteRecord record, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "reading a note", async token =>
        {
            var read = await ReadManyAsync([record.ExternalId], token);
            return read.Succeeded
                ? Result.Success(read.Value is [var note, ..] ? new StoredNote("", note.Child("properties").Text(Body) ?? "", NoteForm.Html) : null)
                : read.Failure;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<NoteRecord>> RemoveAsync(NoteRecord record, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Write, "archiving a note", async token =>
        {
            var answer = await client.ArchiveAsync(Type, record.ExternalId, token);
            return answer.Succeeded || answer.Failure.Category is FailureCategory.Gone ? Result.Success(record) : answer.Failure;
        }, cancellationToken);

    // The newest notes come first, since ids grow; as soon as all of a page are older than the request, the rest is, too.
    private async Task<Result<NoteRecord?>> FindNowAsync(NoteSearch search, CancellationToken token)
    {
        var ids = await NotesOfAsync(search.Account, token);
        if (!ids.Succeeded)
            return ids.Failure;
        foreach (var chunk in ids.Value.OrderByDescending(id => id.Length).ThenByDescending(id => id, StringComparer.Ordinal).Chunk(HubSpotClient.BatchLimit))
        {
            var read = await ReadManyAsync(chunk, token);
            if (!read.Succeeded)
                return read.Failure;
            if (read.Value.FirstOrDefault(note => note.Child("properties").Text(Body)?.Contains(search.Reference, StringComparison.Ordinal) == true) is { ValueKind: JsonValueKind.Object } found)
                return new NoteRecord(Type, found.Filled("id")!);
            if (read.Value.Count > 0 && read.Value.All(note => HubSpotValues.Instant(note.Child("properties").Filled(Created) ?? note.Text("createdAt")) is { } made && made < search.From))
                break;
        }
        return Result.Success<NoteRecord?>(null);
    }

    private async Task<Result<List<string>>> NotesOfAsync(NoteAccount account, CancellationToken token)
    {
        var place = new CallPlace(key, "reading the notes of a company");
        List<string> ids = [];
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await client.AssociationsAsync(account.ObjectType, Type, [(account.ExternalId, after)], token);
            if (!answer.Succeeded)
                return answer.Failure;
            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(place);
            // "None" arrives as an error inside a 207; so does a company that is gone, which has no note of ours to be found.
            if (answer.Value.Body.Items("errors").Any(error => error.Text("category") != "OBJECT_NOT_FOUND"))
                return HubSpotFailures.AssociationsIncomplete.At(place);
            after = null;
            foreach (var result in answer.Value.Body.Items("results"))
            {
                ids.AddRange(result.Items("to").Select(item => item.Filled("toObjectId")).OfType<string>());
                after = result.Child("paging").Child("next").Filled("after");
            }
            if (after is null)
                return ids;
        }
        // A list that is not whole could hide the note, and it would be written twice.
        return HubSpotFailures.AssociationsIncomplete.At(place);
    }

    private async Task<Result<List<JsonElement>>> ReadManyAsync(IReadOnlyList<string> ids, CancellationToken token)
    {
        var answer = await client.BatchReadAsync(Type, ids, [Body, Created], [], token);
        return answer.Succeeded ? HubSpotBatchAnswer.Records(answer.Value, ids.ToHashSet(StringComparer.Ordinal), new CallPlace(key, "reading notes")) : answer.Failure;
    }
}
