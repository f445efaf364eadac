using System.Text.Json;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>Starts searches, assignments and learning, and says what a batch of one is to do.</summary>
internal sealed class SegmentRuns(LedgerDatabase database)
{
    public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(SegmentRunRequest request, CancellationToken cancellationToken) => database.WriteAsync(
        request.ConnectionId,
        async session =>
        {
            var isSearch = request.Kind is RunKind.SegmentFit;
            await SegmentRow.LockAsync(session);
            if (await IsIdleAsync(session, request))
                return (null, (IReadOnlyList<BatchRef>)[]);
            var runId = (await session.ScalarAsync(
                """
                insert into run (kind, connection_id, schedule_id, status, requested_by, started_at, arguments, expected)
                values (@kind, @ConnectionId, (select id from schedule where key = @ScheduleKey), 'running', @RequestedBy, @Now, @arguments,
                  case when @kind = 'segment_learn' then (select count(*) from segment where state = 'approved') end) returning id
                """,
                new
                {
                    kind = Stored.Name(request.Kind), request.ConnectionId, request.ScheduleKey, request.RequestedBy, session.Now,
                    arguments = request.Kind switch
                    {
                        RunKind.SegmentFit => new RunArguments().Add("accounts", "all").Add("seed", AccountKey.Of(request.Seed)).Add("schedule", request.ScheduleKey).ToString(),
                        RunKind.SegmentLearn => new RunArguments().Add("segments", "approved").Add("schedule", request.ScheduleKey).ToString(),
                        _ => "",
                    },
                }))!.Value;
            if (isSearch)
            {
                // One search at a time: what is left is of one that was ended before it had learned.
                await session.ExecuteAsync("delete from segment_search_vector");
                await session.ExecuteAsync(
                    "insert into segment_search (run_id, seed, stage, share, activities, at) values (@runId, @seed, 'waiting for its turn', 0, 0, @Now)",
                    new { runId, seed = (long)request.Seed, session.Now });
            }
            if (request.Kind is RunKind.SegmentLearn)
                await session.ExecuteAsync("insert into segment_learning (run_id, after_id, done, failed, at) values (@runId, 0, 0, 0, @Now)", new { runId, session.Now });
            var batch = await BatchRows.InsertAsync(
                session, BatchKind.Segment, request.ConnectionId, runId, RunRows.BackfillPriority, 0, handedOver: request.ScheduleKey is not null);
            if (request.ScheduleKey is null)
                await Audit.WriteAsync(session, request.RequestedBy, $"run.start.{Stored.Name(request.Kind)}", $"run/{runId}", null, null);
            return ((long?)runId, (IReadOnlyList<BatchRef>)[batch]);
        },
        cancellationToken);

    public Task<SegmentWork?> ReadWorkAsync(long batchId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync(
            """
            select r.kind, coalesce(q.seed, 1), q.checkpoint, coalesce(l.after_id, 0) from batch b join run r on r.id = b.run_id left join segment_search q on q.run_id = r.id
            left join segment_learning l on l.run_id = r.id where b.id = @batchId
            """,
            new { batchId },
            reader => new SegmentWork(
                Stored.Parse<RunKind>(reader.GetString(0)), (int)reader.GetInt64(1),
                reader.TextOrNull(2) is { } text ? JsonSerializer.Deserialize<DiscoveryCheckpoint>(text, JsonSerializerOptions.Web) : null)
            {
                After = reader.GetInt64(3),
            }),
        cancellationToken);

    // One search and one learning at a time for all, one assignment at a time per connection; what an earlier one wants written may still wait for its turn. Without accounts to look at,
    // or edits of people to take in, there is no assignment, and without an approved segment nothing to learn from.
    private static async Task<bool> IsIdleAsync(Session session, SegmentRunRequest request)
    {
        var isOfAll = request.Kind is RunKind.SegmentFit or RunKind.SegmentLearn;
        var isOpen = await session.ScalarAsync(
            $"""
            select 1 from batch b join run r on r.id = b.run_id and r.kind = @kind
            where b.kind = 'segment' and b.status in {BatchRows.OpenStatuses} {(isOfAll ? "" : "and b.connection_id = @ConnectionId")} limit 1
            """,
            new { kind = Stored.Name(request.Kind), request.ConnectionId }) is not null;
        if (isOpen || request.Kind is RunKind.SegmentLearn)
            return isOpen || await session.ScalarAsync(SegmentRow.AnyApproved) is null;
        return !isOfAll
            && await session.ScalarAsync("select 1 from account_due where connection_id = @ConnectionId limit 1", new { request.ConnectionId }) is null
            && await session.ScalarAsync(
                "select 1 from intent where taxonomy = @taxonomy and status = 'kept' and edit_seen_at is null and connection_id = @ConnectionId and actor = 'human' limit 1",
                new { request.ConnectionId, taxonomy = SegmentKeys.Taxonomy }) is null;
    }
}
