using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Notes;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Notes on accounts: an enhanced note (ContentNote) tied by a ContentDocumentLink, both in one call that takes effect whole or not at all; in orgs that have none, a completed task. The
/// classic Note is the worse of the two that are left: it takes no custom fields and Salesforce has replaced it, while every org has tasks and shows them in the account's timeline.
/// </summary>
internal sealed class SalesforceNoteWriter(
    SalesforceClient client, SalesforceSchema schema, SalesforceRows rows, SalesforceNotes notes, SalesforceDialect dialect, CrmTransport transport, string key) : INoteWriter
{
    private const string Link = "ContentDocumentLink";
    private const string Done = "Completed";

    // Of a task's Description, by the object reference.
    private const int LongestTask = 32_000;

    // An enhanced note takes far more; a brief shall be the same in both CRMs.
    private const int LongestNote = 65_536;

    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    private static readonly NotePlace AsNote = new(
        SalesforceObjectType.ContentNote, NoteForm.Html, LongestNote, HasTitle: true, "It becomes a note on the account in Salesforce.");

    private static readonly NotePlace AsTask = new(
        SalesforceObjectType.Task, NoteForm.Plain, LongestTask, HasTitle: true, "It becomes a completed task on the account in Salesforce, because the org has no enhanced notes that the integration user may create.");

    /// <inheritdoc/>
    public Task<Result<NotePlace>> FindPlaceAsync(CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "asking where notes can stand", FindPlaceNowAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<NoteRecord>> WriteAsync(NoteDraft draft, CancellationToken cancellationToken) => transport.CallAsync(
        CallKind.Write, "writing a note", token => draft.Place.ObjectType == SalesforceObjectType.ContentNote ? WriteNoteAsync(draft, token) : WriteTaskAsync(draft, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<NoteRecord?>> FindAsync(NoteSearch search, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "looking for a note", token => FindNowAsync(search, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<StoredNote?>> ReadAsync(NoteRecord record, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "reading a note", token => ReadNowAsync(record, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<NoteRecord>> RemoveAsync(NoteRecord record, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Write, "deleting a note", async token =>
        {
            var answer = await client.DeleteAsync(record.ObjectType, record.ExternalId, token);
            // Salesforce says "not found" of a record in the words that it has for an object, too; the object was there when the note was written.
            return answer.Succeeded || IsGone(answer.Failure) ? Result.Success(record) : answer.Failure;
        }, cancellationToken);

    private static bool IsGone(Failure failure) => failure.Category is FailureCategory.Gone
        || failure.RemoteMessage?.StartsWith("ENTITY_IS_DELETED", StringComparison.Ordinal) == true || failure.RemoteMessage?.StartsWith("NOT_FOUND", StringComparison.Ordinal) == true;

    private async Task<Result<NotePlace>> FindPlaceNowAsync(CancellationToken token)
    {
        // What was missing an hour ago may have been granted a minute ago.
        foreach (var freshest in new TimeSpan?[] { null, Recent })
        {
            var asNote = await MayCreateAsync(SalesforceObjectType.ContentNote, ["Title", "Content"], freshest, token);
            var linked = asNote is { Succeeded: true, Value: true } ? await MayCreateAsync(Link, ["ContentDocumentId", "LinkedEntityId"], freshest, token) : asNote;
            if (!linked.Succeeded)
                return linked.Failure;
            if (linked.Value)
                return AsNote;
        }
        var asTask = await MayCreateAsync(SalesforceObjectType.Task, ["Subject", "Description", "WhatId", "Status"], Recent, token);
        if (!asTask.Succeeded)
            return asTask.Failure;
        return asTask.Value ? AsTask : SalesforceFailures.NotesRefused.At(new CallPlace(key, "asking where notes can stand"));
    }

    private async Task<Result<bool>> MayCreateAsync(string type, IReadOnlyList<string> needed, TimeSpan? freshest, CancellationToken token)
    {
        var fields = await schema.VisibleAsync(type, token, freshest);
        return fields.Map(visible => needed.All(name => visible.TryGetValue(name, out var field) && field.Createable));
    }

    private async Task<Result<NoteRecord>> WriteNoteAsync(NoteDraft draft, CancellationToken token)
    {
        var place = new CallPlace(key, "writing a note");
        var answer = await client.TogetherAsync(
            [
                (HttpMethod.Post, $"sobjects/{SalesforceObjectType.ContentNote}", "note", new JsonObject
                {
                    ["Title"] = SafeText.Clean(draft.Title), ["Content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(SafeText.Clean(draft.Body))),
                }),
                (HttpMethod.Post, $"sobjects/{Link}", "link", new JsonObject { ["ContentDocumentId"] = "@{note.id}", ["LinkedEntityId"] = draft.Account.ExternalId, ["ShareType"] = "V" }),
            ],
            place.Purpose, token);
        if (!answer.Succeeded)
            return answer.Failure;
        var parts = answer.Value.Body.Items("compositeResponse").ToList();
        if (parts.Count != 2)
            return HttpFailures.UnreadableWrite.At(place);
        // One part was refused and took the other back; that one says only that it was taken back.
        if (parts.Where(part => part.Number("httpStatusCode") is not (>= 200 and < 300)).SelectMany(part => part.Items("body")).ToList() is { Count: > 0 } refused)
            return Refused(refused, place);
        return SalesforceId.Normalise(parts[0].Child("body").Text("id")) is { } id ? new NoteRecord(SalesforceObjectType.ContentNote, id) : HttpFailures.UnreadableWrite.At(place);
    }

    private Failure Refused(List<JsonElement> errors, CallPlace place)
    {
        var error = errors.Find(one => one.Text("errorCode") is not "PROCESSING_HALTED") is { ValueKind: JsonValueKind.Object } found ? found : errors[0];
        return dialect.Record(error.Text("errorCode"), error.Text("message") ?? "", place);
    }

    private async Task<Result<NoteRecord>> WriteTaskAsync(NoteDraft draft, CancellationToken token)
    {
        var place = new CallPlace(key, "writing a task");
        var known = await schema.FieldsAsync(SalesforceObjectType.Task, freshest: null, token);
        if (!known.Succeeded)
            return known.Failure;
        var status = await ClosedStatusAsync(known.Value, token);
        if (!status.Succeeded)
            return status.Failure;
        var fields = new JsonObject
        {
            ["Subject"] = SafeText.Clean(draft.Title), ["Description"] = SafeText.Clean(draft.Body), ["WhatId"] = draft.Account.ExternalId, ["Status"] = status.Value,
        };
        if (known.Value.TryGetValue("ActivityDate", out var day) && day.Createable)
            fields["ActivityDate"] = draft.At.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        if (known.Value.TryGetValue("Type", out var kind) && kind.Createable && kind.Values.Contains("Note"))
            fields["Type"] = "Note";
        var answer = await client.CreateAsync(SalesforceObjectType.Task, fields, token);
        if (!answer.Succeeded)
            return answer.Failure;
        return SalesforceId.Normalise(answer.Value.Body.Text("id")) is { } id ? new NoteRecord(SalesforceObjectType.Task, id) : HttpFailures.UnreadableWrite.At(place);
    }

    // A brief is nothing that anybody has to do, so its task is closed from the start; which values are closed, each org decides.
    private async Task<Result<string>> ClosedStatusAsync(IReadOnlyDictionary<string, SalesforceField> fields, CancellationToken token)
    {
        if (fields.TryGetValue("Status", out var status) && status.Values.Contains(Done))
            return Done;
        var found = await rows.ReadAsync("SELECT ApiName, MasterLabel FROM TaskStatus WHERE IsClosed = true", "asking which task status is closed", token);
        return found.Map(values => values.Select(value => value.Filled("ApiName") ?? value.Filled("MasterLabel")).OfType<string>().FirstOrDefault() ?? Done);
    }

    private async Task<Result<NoteRecord?>> FindNowAsync(NoteSearch search, CancellationToken token)
    {
        if (SalesforceId.Normalise(search.Account.ExternalId) is not { } account)
            return Result.Success<NoteRecord?>(null);
        var since = SalesforceValues.Literal(SalesforceSoql.Floor(search.From));
        // The org may have got or lost its notes since then, so both places are looked at.
        var tasks = await rows.ReadAsync("Id, Description", SalesforceObjectType.Task, "WhatId", [account], $"CreatedDate >= {since} AND IsDeleted = false", "looking for a note", token);
        if (!tasks.Succeeded)
            return tasks.Failure;
        if (tasks.Value.Find(row => row.Text("Description")?.Contains(search.Reference, StringComparison.Ordinal) == true) is { ValueKind: JsonValueKind.Object } task)
            return new NoteRecord(SalesforceObjectType.Task, SalesforceId.Normalise(task.Text("Id"))!);
        var visible = await schema.VisibleAsync(SalesforceObjectType.ContentNote, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (visible.Value.Count == 0)
            return Result.Success<NoteRecord?>(null);
        var linked = await rows.ReadAsync("ContentDocumentId", Link, "LinkedEntityId", [account], and: null, "reading the notes of an account", token);
        if (!linked.Succeeded)
            return linked.Failure;
        var ids = linked.Value.Select(row => SalesforceId.Normalise(row.Text("ContentDocumentId"))).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count == 0)
            return Result.Success<NoteRecord?>(null);
        var found = await rows.ReadAsync(
            "Id, Title, Content", SalesforceObjectType.ContentNote, "Id", ids, $"CreatedDate >= {since}{SalesforceActivityReader.Living(visible.Value)}", "looking for a note", token);
        if (!found.Succeeded)
            return found.Failure;
        foreach (var row in found.Value)
        {
            var text = await notes.TextAsync(row, token);
            if (!text.Succeeded)
                return text.Failure;
            if (text.Value?.Contains(search.Reference, StringComparison.Ordinal) == true && SalesforceId.Normalise(row.Text("Id")) is { } id)
                return new NoteRecord(SalesforceObjectType.ContentNote, id);
        }
        return Result.Success<NoteRecord?>(null);
    }

    private async Task<Result<StoredNote?>> ReadNowAsync(NoteRecord record, CancellationToken token)
    {
        if (SalesforceId.Normalise(record.ExternalId) is not { } id)
            return Result.Success<StoredNote?>(null);
        var isTask = record.ObjectType == SalesforceObjectType.Task;
        var visible = await schema.VisibleAsync(record.ObjectType, token);
        if (!visible.Succeeded)
            return visible.Failure;
        var living = SalesforceActivityReader.Living(visible.Value) is { Length: > 0 } words ? words[" AND ".Length..] : null;
        var found = await rows.ReadAsync(isTask ? "Id, Subject, Description" : "Id, Title, Content", record.ObjectType, "Id", [id], living, "reading a note", token);
        if (!found.Succeeded)
            return found.Failure;
        if (found.Value is not [var row, ..])
            return Result.Success<StoredNote?>(null);
        if (isTask)
            return new StoredNote(row.Text("Subject") ?? "", row.Text("Description") ?? "", NoteForm.Plain);
        var text = await notes.TextAsync(row, token);
        return text.Succeeded ? new StoredNote(row.Text("Title") ?? "", text.Value ?? "", NoteForm.Html) : text.Failure;
    }
}
