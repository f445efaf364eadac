using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Files;

/// <summary>
/// A JSON Lines file of activities, a row each: <c>{"account","id","subject","body"}</c>, optional <c>owner</c> and <c>when</c> (RFC 3339). Rows that cannot be read are named
/// by their line and never stop the rest. May be read again and again. Not thread-safe.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="cleaner">Makes notes of the rows.</param>
public sealed class NoteFile(string path, NoteCleaner cleaner) : INoteSource
{
    /// <summary>Sentences that are kept; <see cref="Malformed"/> counts them all.</summary>
    public const int MaxFaults = 1_000;

    private readonly List<string> _faults = [];

    /// <summary>One sentence per malformed row of the last reading, the first of them.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Malformed rows of the last reading.</summary>
    public long Malformed { get; private set; }

    private bool _counted;

    /// <inheritdoc/>
    public IAsyncEnumerable<AccountNote> ReadAsync(CancellationToken cancellationToken) => cleaner.CleanAsync(RowsAsync(cancellationToken), cancellationToken);

    private async IAsyncEnumerable<RawNote> RowsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(path, new FileStreamOptions { Options = FileOptions.SequentialScan | FileOptions.Asynchronous, BufferSize = 1 << 20 });
        for (long line = 1; await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text))
                continue;
            var (note, fault) = Parse(line, text);
            if (note is not null)
                yield return note;
            else if (!_counted)
            {
                Malformed++;
                if (_faults.Count < MaxFaults)
                    _faults.Add(fault!);
            }
        }
        // Later readings see the same rows.
        _counted = true;
    }

    private static (RawNote? Note, string? Fault) Parse(long line, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.AsMemory(text[0] == '\uFEFF' ? 1 : 0));
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return (null, $"Line {line}: it is no JSON object; write one object in braces per line.");
            string? account = null, id = null, subject = null, body = null, owner = null, when = null;
            foreach (var member in root.EnumerateObject())
            {
                if (member.NameEquals("account"))
                    account = Text(member.Value);
                else if (member.NameEquals("id"))
                    id = Text(member.Value);
                else if (member.NameEquals("subject"))
                    subject = Text(member.Value);
                else if (member.NameEquals("body"))
                    body = Text(member.Value);
                else if (member.NameEquals("owner"))
                    owner = Text(member.Value);
                else if (member.NameEquals("when"))
                    when = Text(member.Value);
            }
            if (string.IsNullOrWhiteSpace(account))
                return (null, $"Line {line}: it names no account; give \"account\" the key of the account that the activity belongs to.");
            DateTimeOffset? at = null;
            if (!string.IsNullOrWhiteSpace(when))
            {
                if (!DateTimeOffset.TryParse(when, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
                    return (null, $"Line {line}: \"when\" is no date; write it as 2026-11-21T10:00:00Z, or leave it out.");
                at = parsed;
            }
            return (new RawNote(account, string.IsNullOrWhiteSpace(id) ? line.ToString(CultureInfo.InvariantCulture) : id, subject ?? "", body ?? "", owner, at), null);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return (null, $"Line {line}: it is not valid JSON; write one object in braces per line, UTF-8, without broken characters.");
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
