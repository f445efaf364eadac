using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Documents;

/// <summary>Makes notes of raw activities: what was newly written, without personal data. Thread-safe.</summary>
/// <param name="names">Names that are known (contacts, companies, owners); null for none.</param>
public sealed class NoteCleaner(IKnownNames? names = null)
{
    private const int MaxPlain = 300;
    private const int BatchSize = 500;
    private static readonly SearchValues<char> Structured = SearchValues.Create("\n\r<>&\0\u200b\u00ad");
    private readonly Redactor _redactor = new(names);

    /// <summary>The note of an activity; its text is empty where nothing was newly written.</summary>
    public AccountNote Clean(RawNote raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        return new AccountNote(raw.Account, raw.Id, CleanText(raw.Subject, raw.Body), raw.Owner, raw.At);
    }

    /// <summary>The notes of many activities, in their order, made by all processors while the next ones are read.</summary>
    public async IAsyncEnumerable<AccountNote> CleanAsync(IAsyncEnumerable<RawNote> raw, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Queue<Task<AccountNote[]>> ahead = [];
        List<RawNote> batch = new(BatchSize);
        await foreach (var note in raw.WithCancellation(cancellationToken))
        {
            batch.Add(note);
            if (batch.Count < BatchSize)
                continue;
            Start();
            if (ahead.Count > Environment.ProcessorCount)
                foreach (var clean in await ahead.Dequeue())
                    yield return clean;
        }
        Start();
        while (ahead.Count > 0)
            foreach (var clean in await ahead.Dequeue())
                yield return clean;

        void Start()
        {
            RawNote[] notes = [.. batch];
            batch.Clear();
            ahead.Enqueue(Task.Run(() => Array.ConvertAll(notes, Clean), cancellationToken));
        }
    }

    /// <summary>The text of a subject and a body.</summary>
    public string CleanText(string subject, string body)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(body);
        // One short line without mark-up has no zones: most logged notes are like that, and zoning is half of the work.
        var session = _redactor.Begin();
        if (IsPlain(subject) && IsPlain(body))
            return session.Apply(subject.Length == 0 ? body : body.Length == 0 ? subject : $"{subject}\n{body}");
        var text = ActivityZoner.Zone(new ActivityContent(ActivityType.Note, subject, body, new CrmEvidence()));
        var kept = new StringBuilder();
        foreach (var zone in text.Zones)
        {
            if (zone.Author is { } author)
                session.Learn(author);
            if (zone.Kind is not (ZoneKind.Subject or ZoneKind.New))
                continue;
            if (kept.Length > 0)
                kept.Append('\n');
            kept.Append(text.TextOf(zone));
        }
        // Redaction first: the placeholders of cleaning would hide the address in front of a name.
        return TextCleaner.Polish(session.Apply(kept.ToString()));
    }

    private static bool IsPlain(string text) => text.Length <= MaxPlain && !text.AsSpan().ContainsAny(Structured) && !text.Contains("://", StringComparison.Ordinal);
}
