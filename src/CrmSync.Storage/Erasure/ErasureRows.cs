using CrmSync.Pipeline.Erasure;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Erasure;

/// <summary>Erases on request. What is found is read beside the writer; each step of the erasure is small, so that nobody waits for it.</summary>
internal sealed class ErasureRows(LedgerDatabase database)
{
    private const int ActivitiesAtOnce = 200;

    // Whatever speaks of the record: itself, what is linked to it in any role, and the second copy of a mail that some CRMs keep.
    private const string Found =
        """
        from activity a
        where a.connection_id = @connectionId and a.status <> 'erased' and (
          (a.object_type = @type and a.external_id = @id)
          or exists (select 1 from activity_link l where l.activity_id = a.id and l.object_type = @type and l.external_id = @id)
          or exists (
            select 1 from activity s join activity_link t on t.activity_id = s.id and t.role = 'twin'
            where s.connection_id = @connectionId and s.object_type = @type and s.external_id = @id and t.object_type = a.object_type and t.external_id = a.external_id))
        """;

    private const string Person = "crm_person where connection_id = @connectionId and object_type = @type and external_id = @id and erased_at is null";

    public async Task<Result<ErasureReport>> ForecastAsync(ErasureRequest request, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(request, cancellationToken) is { } refused)
            return refused;
        return await database.ReadAsync<Result<ErasureReport>>(
            async session =>
            {
                var key = KeyOf(request);
                var open = $"from intent i left join batch b on b.id = i.batch_id where i.status in {Stored.Open} and i.activity_id in (select a.id {Found})";
                const string held = "(i.status <> 'pending' or coalesce(b.status, '') = 'running')";
                return new ErasureReport
                {
                    IsRepeat = await CountAsync("from erasure where connection_id = @connectionId and object_type = @type and external_id = @id") > 0,
                    Person = await CountAsync($"from {Person}") > 0,
                    Activities = await CountAsync(Found),
                    LearningTexts = await CountAsync($"from correction_text where activity_id in (select a.id {Found})"),
                    HostedReasons = await CountAsync($"from hosted_reason h join decision d on d.id = h.decision_id where d.activity_id in (select a.id {Found})"),
                    Withdrawn = await CountAsync($"{open} and not {held}"),
                    UnderWay = await CountAsync($"{open} and {held}"),
                    Notes = await ErasedTalks.CountNotesAsync(session, await FindAsync(session, request)),
                };

                async Task<long> CountAsync(string what) => await session.ScalarAsync($"select count(*) {what}", key) ?? 0;
            },
            cancellationToken);
    }

    public async Task<Result<ErasureReport>> EraseAsync(ErasureRequest request, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(request, cancellationToken) is { } refused)
            return refused;
        // The bar comes first: from its commit on nothing that is read brings the text back, and what was stored before it is found below.
        var report = await BarAsync(request, cancellationToken);
        var activities = await database.ReadAsync(session => FindAsync(session, request), cancellationToken);
        report = report with { Notes = await database.ReadAsync(session => ErasedTalks.CountNotesAsync(session, activities), cancellationToken) };
        foreach (var piece in activities.Chunk(ActivitiesAtOnce))
        {
            var counts = await database.WriteAsync(request.Connection.Id, session => ErasePieceAsync(session, request, piece), cancellationToken);
            report = report with
            {
                Activities = report.Activities + counts.Activities,
                LearningTexts = report.LearningTexts + counts.LearningTexts,
                HostedReasons = report.HostedReasons + counts.HostedReasons,
                Withdrawn = report.Withdrawn + counts.Withdrawn,
                UnderWay = report.UnderWay + counts.UnderWay,
            };
        }

        return report with { BytesGone = await database.ScrubAsync(cancellationToken) };
    }

    private static async Task<IReadOnlyList<long>> FindAsync(Session session, ErasureRequest request) =>
        await session.QueryAsync($"select a.id {Found} order by a.id", KeyOf(request), reader => reader.GetInt64(0));

    private static object KeyOf(ErasureRequest request) =>
        new { connectionId = request.Connection.Id, type = request.ObjectType, id = request.ExternalId };

    private static async Task<ErasedCounts> ErasePieceAsync(Session session, ErasureRequest request, IReadOnlyList<long> activities)
    {
        var step = LedgerStep.Of(session, request.Connection.Id);
        var counts = await ErasedActivities.EraseAsync(step, activities);
        await step.FinishAsync();
        await session.ExecuteAsync(
            "update erasure set activities = activities + @Activities where connection_id = @connectionId and object_type = @type and external_id = @id",
            new { counts.Activities, connectionId = request.Connection.Id, type = request.ObjectType, id = request.ExternalId });
        return counts;
    }

    private Task<ErasureReport> BarAsync(ErasureRequest request, CancellationToken cancellationToken) =>
        database.WriteAsync(
            request.Connection.Id,
            async session =>
            {
                var parameters = new
                {
                    connectionId = request.Connection.Id, type = request.ObjectType, id = request.ExternalId, request.Actor, request.Reason, session.Now,
                };
                var isNew = await session.ExecuteAsync(
                    """
                    insert into erasure (connection_id, object_type, external_id, actor, reason, at)
                    values (@connectionId, @type, @id, @Actor, @Reason, @Now)
                    on conflict (connection_id, object_type, external_id) do nothing
                    """,
                    parameters) > 0;
                var persons = await session.ExecuteAsync(
                    """
                    update crm_person set name = '', title = null, email = null, erased_at = @Now, changed_at = @Now
                    where connection_id = @connectionId and object_type = @type and external_id = @id and erased_at is null
                    """,
                    parameters);
                await Audit.WriteAsync(
                    session, request.Actor, "erasure", $"{request.Connection.Key}/{request.ObjectType}/{request.ExternalId}", isNew ? null : "erased", "erased",
                    request.Reason);
                return new ErasureReport { IsRepeat = !isNew, Person = persons > 0 };
            },
            cancellationToken);

    private async Task<Failure?> RefuseAsync(ErasureRequest request, CancellationToken cancellationToken)
    {
        var (known, others) = await database.ReadAsync(
            async session =>
            {
                var parameters = new { connectionId = request.Connection.Id, directory = IRecordReader.DirectoryType };
                var all = await session.QueryAsync(
                    """
                    select object_type from watermark where connection_id = @connectionId and object_type <> @directory
                    union select object_type from crm_person where connection_id = @connectionId
                    order by object_type
                    """,
                    parameters,
                    reader => reader.GetString(0));
                var impersonal = await session.QueryAsync(
                    """
                    select object_type from crm_company where connection_id = @connectionId
                    union select object_type from crm_deal where connection_id = @connectionId
                    """,
                    parameters,
                    reader => reader.GetString(0));
                return (all, impersonal);
            },
            cancellationToken);
        if (others.Contains(request.ObjectType))
            return ErasureFailures.NotPersonal(request.ObjectType);
        return known.Contains(request.ObjectType) ? null : ErasureFailures.UnknownType(request.ObjectType, request.Connection.Key, [.. known.Except(others)]);
    }
}
