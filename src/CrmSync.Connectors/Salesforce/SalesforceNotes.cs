using System.Text;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>What a query alone does not tell about a ContentNote: its text, and the records that it is attached to. Thread-safe.</summary>
/// <param name="client">The API.</param>
/// <param name="rows">Reads by ids.</param>
/// <param name="longest">Time that one page may spend on texts, each of which is a request of its own.</param>
/// <param name="key">Key of the connection.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets codes.</param>
internal sealed class SalesforceNotes(
    SalesforceClient client, SalesforceRows rows, TimeSpan longest, string key, TimeProvider time, ILogger logger)
{
    /// <summary>A clock for one page: false as soon as no further text should be asked for.</summary>
    public Func<bool> Patience()
    {
        var started = time.GetTimestamp();
        return () => time.GetElapsedTime(started) < longest;
    }

    private const string LinkObject = "ContentDocumentLink";

    /// <summary>
    /// The text of a row: base64 where the query gave it, else by the address that it gave. Null inside a success where it cannot be read.
    /// </summary>
    public async Task<Result<string?>> TextAsync(JsonElement row, CancellationToken token)
    {
        if (row.Filled("Content") is not { } content)
            return Result.Success<string?>("");
        if (!SalesforceClient.IsInsideApi(content))
            return Result.Success(Decoded(content));
        var answer = await client.ContentAsync(content, "reading a note", token);
        if (!answer.Succeeded)
        {
            // One note that was deleted meanwhile, or is closed to us, must not hold up the rest.
            if (answer.Failure.Category is not (FailureCategory.Retry or FailureCategory.Wait) && answer.Failure.Code != SalesforceFailures.SessionRefused.Code)
            {
                SalesforceLog.PartLeftOut(logger, key, "the text", SalesforceObjectType.ContentNote, answer.Failure.Code);
                return Result.Success<string?>(null);
            }

            return answer.Failure;
        }

        // A note is a fragment of HTML; a whole page is a proxy's.
        var text = SafeText.Clean(Encoding.UTF8.GetString(answer.Value.Bytes.Span));
        var start = text.AsSpan().TrimStart();
        return start.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            ? HttpFailures.Unreadable.At(new CallPlace(key, "reading a note"))
            : text;
    }

    /// <summary>What notes are attached to, by the note's id.</summary>
    public async Task<Result<IReadOnlyDictionary<string, List<Association>>>> LinksAsync(IReadOnlyCollection<string> notes, CancellationToken token)
    {
        var links = notes.Distinct(StringComparer.Ordinal).ToDictionary(id => id, _ => new List<Association>(), StringComparer.Ordinal);
        // This object answers only to a filter by ids.
        var found = await rows.ReadAsync(
            "ContentDocumentId, LinkedEntityId", LinkObject, "ContentDocumentId", links.Keys, and: null, "reading the links of notes", token);
        if (!found.Succeeded)
            return found.Failure;
        foreach (var row in found.Value)
        {
            if (SalesforceId.Normalise(row.Text("ContentDocumentId")) is { } note && links.TryGetValue(note, out var list))
                SalesforceLinks.Add(list, row.Text("LinkedEntityId"));
        }

        return links;
    }

    private static string? Decoded(string content)
    {
        try
        {
            return SafeText.Clean(Encoding.UTF8.GetString(Convert.FromBase64String(content)));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
