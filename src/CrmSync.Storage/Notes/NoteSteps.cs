using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Notes;

/// <summary>Makes batches for notes that wait, and saves what their batches did.</summary>
internal static class NoteSteps
{
    private const int AtOnce = 100;

    private static readonly RowShape<(long Id, long BatchId)> Assignments = new(
        new RowShape<(long Id, long BatchId)>.Long("id", row => row.Id),
        new RowShape<(long Id, long BatchId)>.Long("batch_id", row => row.BatchId));

    /// <summary>A batch for each note that none covers, where the connection writes; in a connection that asks for approval the person who asked has given it.</summary>
    public static async Task<List<BatchRef>> FormAsync(Session session, long connectionId)
    {
        var notes = await session.QueryAsync(
            $"""
            select n.id from crm_note n join connection c on c.id = n.connection_id
            where n.connection_id = @connectionId and n.status in ('waiting', 'sending', 'removing') and n.batch_id is null and c.write_mode in ('on', 'approve')
            order by n.id limit {AtOnce}
            """,
            new { connectionId },
            reader => reader.GetInt64(0));
        var made = new List<BatchRef>(notes.Count);
        foreach (var _ in notes)
            made.Add(await BatchRows.InsertAsync(session, BatchKind.Note, connectionId, null, 0, 1));
        await session.ExecuteRowsAsync(
            "update crm_note set batch_id = r.batch_id from $rows r where crm_note.id = r.id", Assignments, [.. notes.Zip(made, (note, batch) => (note, batch.Id))]);
        return made;
    }

    /// <summary>Saves transitions of the note that the batch covers.</summary>
    public static async Task SaveAsync(LedgerStep step, IReadOnlyList<NoteChange> changes)
    {
        foreach (var change in changes)
        {
            await step.Session.ExecuteAsync(
                """
                update crm_note set status = @status, code = @Code, message = @Message, remote_message = @RemoteMessage, correlation_id = @CorrelationId, updated_at = @Now,
                  attempt = attempt + case when @sends = 1 then 1 else 0 end,
                  sent_at = case when @sends = 1 then @Now when @nothing = 1 or @status = 'written' then null else sent_at end,
                  fingerprint = coalesce(@Fingerprint, fingerprint), object_type = coalesce(@type, object_type), external_id = coalesce(@external, external_id),
                  written_at = case when @status = 'written' then coalesce(written_at, @Now) else written_at end
                where id = @NoteId and batch_id = @Id
                """,
                new
                {
                    change.NoteId, status = Stored.Name(change.Status), change.Code, change.Message, change.RemoteMessage, change.CorrelationId, change.Fingerprint, step.Session.Now, step.Batch.Id,
                    sends = change.Status is NoteStatus.Sending && change.Fingerprint is not null ? 1 : 0, nothing = change.NothingWritten ? 1 : 0,
                    type = change.Record?.ObjectType, external = change.Record?.ExternalId,
                });
        }
    }

    /// <summary>Ends what a discarded batch leaves open: a note that may have been sent stays findable.</summary>
    public static Task<int> BuryAsync(LedgerStep step, string code, string message) => step.Session.ExecuteAsync(
        """
        update crm_note set status = case when status = 'removing' then 'written' else 'failed' end, code = @code, message = @message, batch_id = null, updated_at = @Now
        where batch_id = @Id and status in ('waiting', 'sending', 'removing')
        """,
        new { code, message, step.Batch.Id, step.Session.Now });

    /// <summary>Lets go of the note of a batch that ended.</summary>
    public static Task<int> ReleaseAsync(LedgerStep step) => step.Session.ExecuteAsync("update crm_note set batch_id = null where batch_id = @Id", new { step.Batch.Id });
}
