using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>Threads of segments.</summary>
internal sealed class ThreadRows(LedgerDatabase database)
{
    private const string Columns = "m.id, s.key, m.role, m.author, m.at, m.text, m.citations, m.notices, m.erased_at from segment s join thread_message m on m.segment_id = s.id";

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public Task<SegmentThread> ReadAsync(string segment, int most, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            var messages = await session.QueryAsync(
                $"select {Columns} where s.key = @segment and m.erased_at is null order by m.id desc limit @most", new { segment, most }, Read);
            messages.Reverse();
            var summary = await session.FirstAsync(
                """
                select s.key, t.up_to, t.messages, t.text, t.author_kind, t.author from segment s join thread_summary t on t.segment_id = s.id where s.key = @segment
                """,
                new { segment },
                reader => new ThreadSummary(
                    reader.GetString(0), AccountKey.Of(reader.GetInt64(1)), (int)reader.GetInt64(2), reader.GetString(3),
                    new PackAuthor(Stored.Parse<PackAuthorKind>(reader.GetString(4)), reader.GetString(5))));
            return new SegmentThread(messages, summary);
        },
        cancellationToken);

    public async Task<IReadOnlyList<ThreadMessage>> ReadPageAsync(string segment, long? before, int most, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            $"select {Columns} where s.key = @segment {(before is null ? "" : "and m.id < @before")} order by m.id desc limit @most", new { segment, before, most }, Read),
        cancellationToken);

    public Task<ThreadMessage?> FindAsync(string segment, long id, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync($"select {Columns} where s.key = @segment and m.id = @id", new { segment, id }, Read), cancellationToken);

    public Task<(ThreadMessage Question, ThreadMessage Answer)> AppendAsync(ThreadMessage question, ThreadMessage answer, ThreadSummary? summary, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            var asked = await InsertAsync(session, question);
            var answered = await InsertAsync(session, answer);
            if (summary is not null)
                await SaveAsync(session, summary);
            await Audit.WriteAsync(session, question.Author, "segment.ask", question.Segment, null, $"message/{answered.Id}");
            return (asked, answered);
        },
        cancellationToken);

    private static async Task<ThreadMessage> InsertAsync(Session session, ThreadMessage message)
    {
        var id = (await session.ScalarAsync(
            """
            insert into thread_message (segment_id, role, author, at, text, citations, notices)
            select s.id, @role, @Author, @at, @Text, @citations, @notices from segment s where s.key = @Segment
            returning id
            """,
            new
            {
                message.Segment, role = Stored.Name(message.Role), message.Author, at = message.At.ToUnixTimeMilliseconds(), message.Text,
                citations = ThreadJson.Write(message.Citations), notices = SegmentJson.Write(message.Notices),
            })) ?? throw new LedgerException("ledger.storage", $"There is no segment \"{message.Segment}\" any more.");
        await session.ExecuteRowsAsync(
            "insert into thread_citation (activity_id, message_id) select a.id, @id from $rows r $join activity a on a.id = r.id",
            Ids,
            [.. message.Citations.Where(citation => citation.Kind is CitationKind.Activity).Select(citation => AccountKey.Parse(citation.Key)).Distinct()],
            new { id });
        // An activity may have been erased while the answer was made.
        await session.ExecuteAsync(
            """
            update thread_message set text = '', citations = '[]', notices = '[]', erased_at = @Now
            where id = @id and exists (select 1 from thread_citation c join activity a on a.id = c.activity_id where c.message_id = @id and a.status = 'erased')
            """,
            new { id, session.Now });
        return message with { Id = AccountKey.Of(id) };
    }

    // Two people may ask at once; the summary that reaches further stays.
    private static Task<int> SaveAsync(Session session, ThreadSummary summary) => session.ExecuteAsync(
        """
        insert into thread_summary (segment_id, up_to, messages, text, author_kind, author, at)
        select s.id, m.id, @messages, @Text, @kind, @author, @Now from segment s join thread_message m on m.segment_id = s.id and m.id = @upTo and m.erased_at is null where s.key = @Segment
        on conflict (segment_id) do update set up_to = excluded.up_to, messages = excluded.messages, text = excluded.text, author_kind = excluded.author_kind,
          author = excluded.author, at = excluded.at
        where excluded.up_to >= thread_summary.up_to
        """,
        new
        {
            summary.Segment, upTo = AccountKey.Parse(summary.UpTo), messages = (long)summary.Messages, summary.Text, kind = Stored.Name(summary.By.Kind), author = summary.By.Name, session.Now,
        });

    private static ThreadMessage Read(System.Data.Common.DbDataReader reader) => new(
        AccountKey.Of(reader.GetInt64(0)), reader.GetString(1), Stored.Parse<ThreadRole>(reader.GetString(2)), reader.GetString(3), reader.Instant(4), reader.GetString(5))
    {
        Citations = ThreadJson.Read(reader.GetString(6)),
        Notices = SegmentJson.ReadTexts(reader.GetString(7)),
        ErasedAt = reader.InstantOrNull(8),
    };
}

/// <summary>JSON of citations: camel case, kinds by name.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<Citation>))]
internal sealed partial class ThreadJson : JsonSerializerContext
{
    public static string Write(IReadOnlyList<Citation> value) => JsonSerializer.Serialize(value, Default.IReadOnlyListCitation);

    public static IReadOnlyList<Citation> Read(string json) => JsonSerializer.Deserialize(json, Default.IReadOnlyListCitation) ?? [];
}
