using System.Globalization;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>What people say about pairs of accounts.</summary>
internal sealed class SegmentLinks(LedgerDatabase database)
{
    public Task<SegmentOutcome> LinkAsync(LinkKind kind, long first, long second, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            if (first == second)
                return SegmentChanges.Refuse("Name two accounts that differ.");
            var (low, high) = (Math.Min(first, second), Math.Max(first, second));
            if (await session.ScalarAsync("select count(*) from crm_company where id in (@low, @high)", new { low, high }) != 2)
                return new SegmentOutcome(SegmentAnswer.Unknown, "One of these accounts is not in the ledger.");
            await SegmentRow.LockAsync(session);
            var standing = await session.QueryAsync(
                "select id, kind, state from segment_constraint where state in ('candidate', 'active') and ((first_id = @low and second_id = @high) or (first_id = @high and second_id = @low))",
                new { low, high },
                reader => (Id: reader.GetInt64(0), Kind: Stored.Parse<LinkKind>(reader.GetString(1)), State: Stored.Parse<LinkState>(reader.GetString(2))));
            if (standing.Any(row => row.Kind == kind && row.State is LinkState.Active))
                return new SegmentOutcome(SegmentAnswer.Unchanged, "That was said of these two accounts already.");
            foreach (var row in standing)
                await EndAsync(session, row.Id, row.Kind == kind ? LinkState.Dismissed : LinkState.Removed, actor);
            await session.ExecuteAsync(
                """
                insert into segment_constraint (kind, state, first_id, second_id, source, actor, at) values (@kind, 'active', @low, @high, 'person', @actor, @Now)
                """,
                new { kind = Stored.Name(kind), low, high, actor, session.Now });
            await Audit.WriteAsync(session, actor, kind is LinkKind.Must ? "segment.link" : "segment.unlink", Subject(low, high), null, Stored.Name(kind));
            return new SegmentOutcome(SegmentAnswer.Changed, kind is LinkKind.Must
                ? "The two accounts stand in the same segment, or in none, from the next search on."
                : "The two accounts never share a segment from the next search on.");
        },
        cancellationToken);

    public Task<SegmentOutcome> SettleAsync(long linkId, LinkState state, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            await SegmentRow.LockAsync(session);
            var row = await session.FirstAsync(
                "select kind, state, first_id, second_id from segment_constraint where id = @linkId", new { linkId },
                reader => new Standing(reader.GetString(0), Stored.Parse<LinkState>(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3)));
            if (row is null)
                return new SegmentOutcome(SegmentAnswer.Unknown, "There is no such link.");
            if (row.State == state)
                return new SegmentOutcome(SegmentAnswer.Unchanged, $"The link is {Stored.Name(state)} already.");
            var fits = (row.State, state) is (LinkState.Candidate, LinkState.Active or LinkState.Dismissed) or (LinkState.Active, LinkState.Removed);
            if (!fits)
                return SegmentChanges.Refuse($"The link is {Stored.Name(row.State)}; it cannot become {Stored.Name(state)}.");
            await EndAsync(session, linkId, state, actor);
            await Audit.WriteAsync(session, actor, $"segment.link.{Stored.Name(state)}", Subject(row.First, row.Second), Stored.Name(row.State), $"{row.Kind} {Stored.Name(state)}");
            return new SegmentOutcome(SegmentAnswer.Changed, $"The link is {Stored.Name(state)} now.");
        },
        cancellationToken);

    private static Task<int> EndAsync(Session session, long id, LinkState state, string actor) => session.ExecuteAsync(
        "update segment_constraint set state = @state, ended_by = @actor, ended_at = @Now where id = @id", new { id, state = Stored.Name(state), actor, session.Now });

    private static string Subject(long first, long second) => string.Create(CultureInfo.InvariantCulture, $"account/{first} account/{second}");

    private sealed record Standing(string Kind, LinkState State, long First, long Second);
}
