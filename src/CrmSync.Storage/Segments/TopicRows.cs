using System.Runtime.InteropServices;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>Keeps what an embeddings endpoint told about notes: topics, and for as long as a search lasts the vectors that they were learned from.</summary>
internal sealed class TopicRows(LedgerDatabase database)
{
    // Forgotten a little at every waking of a search, so that nobody waits for the writer.
    private const int ForgottenAtOnce = 20_000;

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<DrawnVector> Drawn = new(
        new RowShape<DrawnVector>.Long("text_hash", row => row.TextHash),
        new RowShape<DrawnVector>.Text("model", row => row.Model),
        new RowShape<DrawnVector>.Text("vector", row => Pack(row.Vector)));

    private static readonly RowShape<NoteTopics> Read = new(
        new RowShape<NoteTopics>.Long("id", row => AccountKey.Parse(row.Note)),
        new RowShape<NoteTopics>.Text("key", row => row.Key),
        new RowShape<NoteTopics>.Long("text_hash", row => row.Known.TextHash),
        new RowShape<NoteTopics>.Long("first_topic", row => row.Known.Topics.Count > 0 ? row.Known.Topics[0] : null),
        new RowShape<NoteTopics>.Long("second_topic", row => row.Known.Topics.Count > 1 ? row.Known.Topics[1] : null));

    public Task<SearchVectors> ReadSearchAsync(long runId, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            var content = await session.FirstAsync(
                "select t.content from segment_search q join segment_topics t on t.id = q.topics_id where q.run_id = @runId", new { runId }, reader => (byte[])reader.GetValue(0));
            var drawn = await session.QueryAsync(
                "select text_hash, model, vector from segment_search_vector where run_id = @runId", new { runId },
                reader => new DrawnVector(reader.GetInt64(0), reader.GetString(1), Unpack(reader.GetString(2))));
            return new SearchVectors(content is null ? null : VectorTopicsFile.Read(content), drawn.ToDictionary(row => row.TextHash));
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<string, KnownTopics>> ReadAsync(string key, IReadOnlyList<string> notes, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, KnownTopics>>(
            async session => (await session.QueryRowsAsync(
                """
                select n.activity_id, n.text_hash, n.first_topic, n.second_topic from $rows r
                $join note_topic n on n.activity_id = r.id and n.topics_id = (select t.id from segment_topics t where t.key = @key)
                """,
                Ids,
                [.. notes.Select(AccountKey.Parse)],
                new { key },
                reader => (Note: AccountKey.Of(reader.GetInt64(0)), Known: new KnownTopics(
                    reader.GetInt64(1), reader.LongOrNull(2) is not { } first ? [] : reader.LongOrNull(3) is { } second ? [(int)first, (int)second] : [(int)first]))))
                .ToDictionary(row => row.Note, row => row.Known, StringComparer.Ordinal),
            cancellationToken);

    public static async Task SaveAsync(LedgerStep step, VectorStep news)
    {
        if (news.Drawn.Count > 0)
        {
            await step.Session.ExecuteRowsAsync(
                """
                insert into segment_search_vector (run_id, text_hash, model, vector) select @RunId, r.text_hash, r.model, r.vector from $rows r where true
                on conflict (run_id, text_hash) do nothing
                """,
                Drawn,
                news.Drawn,
                new { step.Batch.RunId });
        }
        if (news.Learned is { } topics)
            await SaveTopicsAsync(step, topics);
        if (news.Read.Count > 0)
        {
            // What was erased while its text was away gets none.
            await step.Session.ExecuteRowsAsync(
                """
                insert into note_topic (topics_id, activity_id, text_hash, first_topic, second_topic)
                select t.id, a.id, r.text_hash, r.first_topic, r.second_topic from $rows r
                $join activity a on a.id = r.id and a.status <> 'erased' $join segment_topics t on t.key = r.key where true
                on conflict (topics_id, activity_id) do update set text_hash = excluded.text_hash, first_topic = excluded.first_topic, second_topic = excluded.second_topic
                """,
                Read,
                [.. news.Read.DistinctBy(row => (row.Key, row.Note))]);
        }
    }

    private static async Task SaveTopicsAsync(LedgerStep step, VectorTopics topics)
    {
        await step.Session.ExecuteAsync(
            """
            insert into segment_topics (key, run_id, learned_at, model, width, topics, content) values (@Key, @RunId, @Now, @Model, @width, @count, @content)
            on conflict (key) do nothing
            """,
            new { topics.Key, step.Batch.RunId, step.Session.Now, topics.Model, width = (long)topics.Width, count = (long)topics.Count, content = VectorTopicsFile.Write(topics) });
        await step.Session.ExecuteAsync(
            "update segment_search set topics_id = (select id from segment_topics where key = @Key) where run_id = @RunId", new { topics.Key, step.Batch.RunId });
    }

    /// <summary>Forgets some notes' topics that no model in use reads and no search under way has learned. They could be asked for again.</summary>
    public static async Task ForgetAsync(LedgerStep step)
    {
        var old = await step.Session.ScalarAsync(
            """
            select t.id from segment_topics t
            where not exists (select 1 from segment_model m join segment s on s.model_id = m.id and s.state in ('proposed', 'approved', 'merged') where m.topics_id = t.id)
              and not exists (select 1 from segment_search q where q.topics_id = t.id and q.run_id = @RunId)
              and exists (select 1 from note_topic n where n.topics_id = t.id)
            limit 1
            """,
            new { step.Batch.RunId });
        if (old is { } topics)
        {
            await step.Session.ExecuteAsync(
                "delete from note_topic where topics_id = @topics and activity_id in (select n.activity_id from note_topic n where n.topics_id = @topics order by n.activity_id limit @ForgottenAtOnce)",
                new { topics, ForgottenAtOnce });
        }
    }

    private static string Pack(float[] vector) => Convert.ToBase64String(MemoryMarshal.AsBytes(Array.ConvertAll(vector, number => (Half)number).AsSpan()));

    private static float[] Unpack(string text) => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Convert.FromBase64String(text)).ToArray(), number => (float)number);
}
