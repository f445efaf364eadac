using System.Data.Common;
using System.Globalization;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Notes;

/// <summary>Notes of briefs: what people want of them, and how they stand.</summary>
internal sealed class NoteRows(LedgerDatabase database)
{
    private const string States =
        """
        select n.id, n.connection_id, n.company_id, n.brief_id, n.status, n.asked_by, n.asked_at, n.object_type, n.external_id, n.written_at, n.undone_by, n.code, n.message, n.remote_message,
          case when b.status in ('scheduled', 'retryable') then b.not_before end, n.gone_at, n.updated_at
        from crm_note n left join batch b on b.id = n.batch_id
        """;

    public Task<Result<(NoteState Note, bool IsNew)>> AskAsync(long brief, string person, CancellationToken cancellationToken) => database.WriteAsync<Result<(NoteState Note, bool IsNew)>>(
        null,
        async session =>
        {
            var about = await session.FirstAsync(
                """
                select c.id, c.connection_id, c.object_type, c.external_id, case when c.gone_at is null then 0 else 1 end, b.made_at, case when b.content is null then 1 else 0 end
                from brief b join crm_company c on c.id = b.company_id where b.id = @brief
                """,
                new { brief },
                reader => new About(reader.GetInt64(0), reader.GetInt64(1), new NoteAccount(reader.GetString(2), reader.GetString(3)), reader.GetInt64(4) is 1, reader.Instant(5), reader.GetInt64(6) is 1));
            if (about is null)
                return NoteCodes.Of("note.no_account");
            if (await FindAsync(session, "n.brief_id = @brief", new { brief }) is { Status: not NoteStatus.Withdrawn } known)
                return (known, false);
            if (about.WordsGone)
                return NoteCodes.Of("note.words_gone");
            if (about.IsGone)
                return NoteCodes.Of("note.account_gone");
            // Two who ask at once: the index lets one of them in, and one that was put away is taken up once.
            var entered = await session.QueryAsync(
                """
                insert into crm_note (connection_id, company_id, brief_id, reference, status, asked_by, asked_at, updated_at)
                values (@ConnectionId, @Company, @brief, @reference, 'waiting', @person, @Now, @Now)
                on conflict (connection_id, reference) do update set status = 'waiting', asked_by = excluded.asked_by, asked_at = excluded.asked_at, updated_at = excluded.updated_at,
                  code = null, message = null, remote_message = null, correlation_id = null
                where crm_note.status = 'withdrawn'
                returning id
                """,
                new { about.ConnectionId, about.Company, brief, reference = NoteReference.Of(brief, about.MadeAt, about.Account), person, session.Now },
                reader => reader.GetInt64(0));
            var note = (await FindAsync(session, "n.brief_id = @brief", new { brief }))!;
            if (entered.Count > 0)
                await Audit.WriteAsync(session, person, "brief.note", $"account/{AccountKey.Of(about.Company)}", null, string.Create(CultureInfo.InvariantCulture, $"brief {brief}"));
            return (note, entered.Count > 0);
        },
        cancellationToken);

    public Task<Result<NoteState>> ActAsync(long id, NoteAct act, string person, CancellationToken cancellationToken) => database.WriteAsync<Result<NoteState>>(
        null,
        async session =>
        {
            if (await FindAsync(session, "n.id = @id", new { id }) is not { } note)
                return NoteCodes.Of("note.unknown");
            if (await RefusalAsync(session, note, act) is { } refusal)
                return refusal;
            var (set, where, action) = act switch
            {
                // One whose last request nobody answered is looked for before it is sent again.
                NoteAct.Retry => ("status = case when sent_at is null then 'waiting' else 'sending' end, batch_id = null", "status = 'failed'", "brief.note_retry"),
                NoteAct.Withdraw => ("status = 'withdrawn', batch_id = null", "status = 'waiting' and sent_at is null", "brief.note_withdraw"),
                NoteAct.TakeBack => ("status = 'removing', undone_by = @person, undone_at = @Now", "status = 'written'", "brief.note_undo"),
            };
            var moved = await session.ExecuteAsync(
                $"update crm_note set {set}, code = null, message = null, remote_message = null, correlation_id = null, updated_at = @Now where id = @id and {where}",
                new { id, person, session.Now });
            var after = (await FindAsync(session, "n.id = @id", new { id }))!;
            // Somebody else was quicker, or the runner has begun: the sentence is that of what stands there by now.
            if (moved is 0)
                return await RefusalAsync(session, after, act) ?? NoteCodes.Of("note.in_flight");
            var brief = note.Brief is { } known ? string.Create(CultureInfo.InvariantCulture, $"brief {known}") : null;
            await Audit.WriteAsync(session, person, action, $"account/{AccountKey.Of(note.Account)}", Stored.Name(note.Status), brief);
            return after;
        },
        cancellationToken);

    public Task<NoteState?> FindOfBriefAsync(long brief, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, "n.brief_id = @brief", new { brief }), cancellationToken);

    public async Task<IReadOnlyList<NoteState>> ReadNewestAsync(long account, int most, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync($"{States} where n.company_id = @account order by n.id desc limit @most", new { account, most }, Read), cancellationToken);

    // In a transaction although it only reads: those know the database's clock, by which notes were sent.
    public Task<NoteWork?> ReadWorkAsync(long batchId, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        session => session.FirstAsync(
            """
            select n.id, n.status, coalesce(n.brief_id, 0), b.content, n.reference, c.object_type, c.external_id, case when c.gone_at is null then 0 else 1 end, n.sent_at, n.object_type, n.external_id,
              n.fingerprint
            from crm_note n join crm_company c on c.id = n.company_id left join brief b on b.id = n.brief_id
            where n.batch_id = @batchId and n.status in ('waiting', 'sending', 'removing')
            """,
            new { batchId },
            reader => new NoteWork(
                reader.GetInt64(0), Stored.Parse<NoteStatus>(reader.GetString(1)), reader.GetInt64(2), reader.TextOrNull(3) is { } content ? BriefFile.Read(content) : null, reader.GetString(4),
                new NoteAccount(reader.GetString(5), reader.GetString(6)))
            {
                IsAccountGone = reader.GetInt64(7) is 1, SentAt = reader.InstantOrNull(8),
                SinceSent = reader.LongOrNull(8) is { } sent ? TimeSpan.FromMilliseconds(Math.Max(0, session.Now - sent)) : TimeSpan.Zero,
                Record = RecordOf(reader, 9), Fingerprint = reader.TextOrNull(11),
            }),
        cancellationToken);

    // Why an act does not fit; null where it does.
    private static async Task<Failure?> RefusalAsync(Session session, NoteState note, NoteAct act) => (act, note.Status) switch
    {
        (NoteAct.Retry, NoteStatus.Failed) or (NoteAct.Withdraw, NoteStatus.Waiting) => null,
        (NoteAct.Retry, _) => NoteCodes.Of("note.not_failed"),
        (NoteAct.Withdraw, NoteStatus.Sending) or (NoteAct.TakeBack, NoteStatus.Sending or NoteStatus.Removing) => NoteCodes.Of("note.in_flight"),
        (NoteAct.Withdraw, _) => NoteCodes.Of("note.not_waiting"),
        // It would wait until somebody turns writing on, and then take away what nobody has in mind any more.
        (NoteAct.TakeBack, NoteStatus.Written) =>
            await session.FirstAsync("select write_mode from connection where id = @ConnectionId", new { note.ConnectionId }, reader => reader.GetString(0)) is "on" or "approve"
                ? null : NoteCodes.Of("note.not_writing"),
        (NoteAct.TakeBack, _) => NoteCodes.Of("note.not_written"),
        _ => throw new InvalidOperationException($"There is no such act on a note ({act})."),
    };

    private static Task<NoteState?> FindAsync(Session session, string which, object parameters) => session.FirstAsync($"{States} where {which}", parameters, Read);

    private static NoteState Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.LongOrNull(3), Stored.Parse<NoteStatus>(reader.GetString(4)), reader.GetString(5), reader.Instant(6))
    {
        Record = RecordOf(reader, 7), WrittenAt = reader.InstantOrNull(9), UndoneBy = reader.TextOrNull(10), Code = reader.TextOrNull(11), Message = reader.TextOrNull(12),
        RemoteMessage = reader.TextOrNull(13), NextTryAt = reader.InstantOrNull(14), GoneAt = reader.InstantOrNull(15), UpdatedAt = reader.Instant(16),
    };

    private static NoteRecord? RecordOf(DbDataReader reader, int at) => reader.IsDBNull(at + 1) ? null : new NoteRecord(reader.GetString(at), reader.GetString(at + 1));

    private sealed record About(long Company, long ConnectionId, NoteAccount Account, bool IsGone, DateTimeOffset MadeAt, bool WordsGone);
}
