using CrmSync.Pipeline.Search;
using CrmSync.Pipeline.Text;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Search;

/// <summary>Takes the words of texts into the index.</summary>
internal sealed class SearchRows(LedgerDatabase database, TimeProvider clock)
{
    // PostgreSQL refuses a list of words beyond 1 MB, and positions beyond 16,383 mean nothing to it.
    private const int MostPlaces = 16_383;

    /// <summary>The chore of merging; where its last end is taken away, it is done soon.</summary>
    public const string MergeChore = "search.merge";

    private DateTimeOffset _nextMerge;

    private static readonly TimeSpan MergeLook = TimeSpan.FromMinutes(1);

    private static readonly RowShape<Words> Rows = new(
        new RowShape<Words>.Long("id", row => row.ActivityId),
        new RowShape<Words>.Text("hash", row => row.Hash),
        new RowShape<Words>.Text("words", row => row.Text));

    public async Task<int> TakeInAsync(int rows, CancellationToken cancellationToken)
    {
        var texts = await database.ReadAsync(
            session => session.QueryAsync(
                """
                select t.activity_id, a.content_hash, t.subject, t.body from activity_text t join activity a on a.id = t.activity_id
                where t.searched_at is null order by t.activity_id desc limit @rows
                """,
                new { rows },
                reader => new Text(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3))),
            cancellationToken);
        if (texts.Count is 0)
        {
            await MergeAsync(cancellationToken);
            return 0;
        }
        // Folded before the transaction: the writer is there for writing.
        IReadOnlyList<Words> words =
        [
            .. texts.OrderBy(text => text.ActivityId).Select(text => new Words(text.ActivityId, text.Hash, database.Dialect is LedgerDialect.Sqlite ? Fold(text) : ToVector(Fold(text)))),
        ];
        await database.WriteAsync(null, session => SaveAsync(session, words), cancellationToken);
        return texts.Count;
    }

    /// <summary>A query as the index understands it: the FTS5 form, or a tsquery.</summary>
    public static string Query(LedgerDialect dialect, SearchQuery query) => dialect is LedgerDialect.Sqlite
        ? string.Join(" AND ", query.Terms.Select(term => $"\"{string.Join(' ', term.Words)}\"{(term.IsPrefix ? " *" : "")}"))
        : string.Join(" & ", query.Terms.Select(term =>
            $"({string.Join(" <-> ", term.Words.Select((word, at) => $"'{word}'{(term.IsPrefix && at == term.Words.Count - 1 ? ":*" : "")}"))})"));

    private static async Task<int> SaveAsync(Session session, IReadOnlyList<Words> words)
    {
        await session.ExecuteRowsAsync("delete from activity_search where activity_id in (select r.id from $rows r)", Rows, words);
        // A text that changed meanwhile is read again at the next look; one that is gone leaves nothing here.
        await session.ExecuteRowsAsync(
            $"""
            insert into activity_search (activity_id, words)
            select r.id, {(session.Dialect is LedgerDialect.Sqlite ? "r.words" : "r.words::tsvector")}
            from $rows r $join activity a on a.id = r.id and a.content_hash = r.hash $join activity_text t on t.activity_id = r.id where true
            on conflict (activity_id) do nothing
            """,
            Rows,
            words);
        return await session.ExecuteRowsAsync(
            "update activity_text set searched_at = @Now from $rows r, activity a where activity_text.activity_id = r.id and a.id = r.id and a.content_hash = r.hash",
            Rows, words, new { session.Now });
    }

    // The words of texts that are gone stay in older parts of SQLite's index until these are merged: once a day, and soon after an erasure, a little at a time.
    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        if (database.Dialect is not LedgerDialect.Sqlite || clock.GetUtcNow() < _nextMerge)
            return;
        _nextMerge = clock.GetUtcNow() + MergeLook;
        var chores = new ChoreRows(database);
        if (!await chores.TakeAsync(MergeChore, MergeChore, TimeSpan.FromDays(1), TimeSpan.FromHours(1), cancellationToken))
            return;
        while (await database.WriteAsync(
            null,
            async session =>
            {
                var before = await session.ScalarAsync("select total_changes()");
                await session.ExecuteAsync("insert into activity_find (activity_find, rank) values ('merge', -200)");
                return await session.ScalarAsync("select total_changes()") - before >= 2;
            },
            cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
        await chores.EndAsync(MergeChore, MergeChore, cancellationToken);
    }

    private static string Fold(Text text)
    {
        var body = TextDecoder.Decode(text.Body, out _);
        return SearchWords.Fold($"{TextDecoder.Decode(text.Subject, out _)}\n{(body.Length > SearchWords.Reach ? body[..SearchWords.Reach] : body)}");
    }

    private static string ToVector(string words) =>
        string.Join(' ', words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MostPlaces).Select((word, at) => (word, at)).GroupBy(pair => pair.word)
            .Select(group => $"'{group.Key}':{string.Join(',', group.Take(200).Select(pair => $"{pair.at + 1}"))}"));

    private sealed record Text(long ActivityId, string Hash, string Subject, string Body);

    private readonly record struct Words(long ActivityId, string Hash, string Text);
}
