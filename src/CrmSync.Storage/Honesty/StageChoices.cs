using System.Data.Common;
using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Honesty;

/// <summary>What the stages of CRMs mean, and who said so.</summary>
internal sealed class StageChoices(LedgerDatabase database)
{
    private const string Guess = "guess";
    private const string None = "none";

    public Task<IReadOnlyDictionary<long, StageBook>> ReadBooksAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<long, StageBook>>(
            async session =>
            {
                var stages = (await StagesAsync(session, withGone: true)).ToLookup(stage => stage.ConnectionId);
                var choices = (await session.QueryAsync(
                    "select connection_id, pipeline_external_id, external_id, stage from stage_choice",
                    null,
                    reader => (ConnectionId: reader.GetInt64(0), Choice: new StageChoice(reader.GetString(1), reader.GetString(2), SalesStages.Parse(reader.TextOrNull(3))))))
                    .ToLookup(row => row.ConnectionId, row => row.Choice);
                var connections = await session.QueryAsync("select id from connection", null, reader => reader.GetInt64(0));
                return connections.ToDictionary(id => id, id => new StageBook(stages[id].Select(stage => stage.Stage), choices[id]));
            },
            cancellationToken);

    public async Task<IReadOnlyList<MappedStage>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(session => StagesAsync(session, withGone: false), cancellationToken);

    public Task<bool> SetAsync(long connectionId, string pipelineId, string stageId, StageChoice? choice, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connectionId,
            async session =>
            {
                var key = new { connectionId, pipelineId, stageId };
                var known = await session.FirstAsync(
                    """
                    select c.key || '/' || s.pipeline_name || '/' || s.name, h.set_at, h.stage
                    from crm_stage s join connection c on c.id = s.connection_id
                    left join stage_choice h on h.connection_id = s.connection_id and h.pipeline_external_id = s.pipeline_external_id and h.external_id = s.external_id
                    where s.connection_id = @connectionId and s.pipeline_external_id = @pipelineId and s.external_id = @stageId
                    """,
                    key,
                    reader => new Known(reader.GetString(0), reader.IsDBNull(1) ? Guess : reader.TextOrNull(2) ?? None));
                if (known is null)
                    return false;
                var after = choice is null ? Guess : choice.Stage?.Slug() ?? None;
                if (after == known.Before)
                    return true;
                await session.ExecuteAsync("delete from stage_choice where connection_id = @connectionId and pipeline_external_id = @pipelineId and external_id = @stageId", key);
                if (choice is not null)
                {
                    await session.ExecuteAsync(
                        """
                        insert into stage_choice (connection_id, pipeline_external_id, external_id, stage, set_by, set_at)
                        values (@connectionId, @pipelineId, @stageId, @stage, @actor, @Now)
                        """,
                        new { connectionId, pipelineId, stageId, stage = choice.Stage?.Slug(), actor, session.Now });
                }

                await DueDeals.AskForAllAsync(session, connectionId);
                await Audit.WriteAsync(session, actor, "honesty.stage", known.Subject, known.Before, after);
                return true;
            },
            cancellationToken);

    private static Task<List<MappedStage>> StagesAsync(Session session, bool withGone) =>
        session.QueryAsync(
            $"""
            select s.connection_id, s.pipeline_external_id, s.pipeline_name, s.external_id, s.name, s.position, s.is_closed, s.is_won, s.probability, h.stage, h.set_by, h.set_at
            from crm_stage s
            left join stage_choice h on h.connection_id = s.connection_id and h.pipeline_external_id = s.pipeline_external_id and h.external_id = s.external_id
            {(withGone ? "" : "where s.gone_at is null")}
            order by s.connection_id, s.pipeline_name, s.pipeline_external_id, s.position, s.id
            """,
            null,
            Read);

    private static MappedStage Read(DbDataReader reader)
    {
        var stage = new CrmStage(
            reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetInt32(5), reader.GetInt32(6) is 1, reader.GetInt32(7) is 1,
            reader.IsDBNull(8) ? null : reader.GetDouble(8));
        var setBy = reader.TextOrNull(10);
        return new MappedStage(
            reader.GetInt64(0), stage, setBy is null ? null : new StageChoice(stage.PipelineId, stage.StageId, SalesStages.Parse(reader.TextOrNull(9))), setBy, reader.InstantOrNull(11));
    }

    private sealed record Known(string Subject, string Before);
}
