using System.Data.Common;
using CrmSync.Pipeline.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Review;

/// <summary>Trained models, and which one decides.</summary>
internal sealed class ModelRows(LedgerDatabase database)
{
    /// <summary>What audits call the model that came with the program.</summary>
    private const string Shipped = "shipped";

    private const string Columns =
        "id, version, status, size, card, evaluation, created_by, created_at, promoted_by, promoted_at, former_id";

    public async Task<IReadOnlyList<StoredModel>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.QueryAsync($"select {Columns} from model order by id desc limit 100", null, Read), cancellationToken);

    public Task<long> ProposeAsync(ProposedModel model, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var id = (await session.ScalarAsync(
                    """
                    insert into model (version, status, size, card, evaluation, created_by, created_at)
                    values (@Version, 'proposed', @size, @Card, @Evaluation, @actor, @Now) returning id
                    """,
                    new { model.Version, size = (long)model.Content.Length, model.Card, model.Evaluation, actor, session.Now }))!.Value;
                await session.ExecuteAsync("insert into model_file (model_id, content) values (@id, @content)", new { id, content = model.Content.ToArray() });
                await Audit.WriteAsync(session, actor, "model.propose", $"{id}", null, model.Version);
                return id;
            },
            cancellationToken);

    public Task<bool> PromoteAsync(long modelId, string actor, string? reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var active = await RetireAsync(session);
                var model = active?.Id == modelId ? null : await session.FirstAsync(
                    """
                    update model set status = 'active', promoted_by = @actor, promoted_at = @Now, former_id = @former where id = @modelId returning version
                    """,
                    new { modelId, actor, session.Now, former = active?.Id },
                    reader => reader.GetString(0));
                if (model is null)
                {
                    await ActivateAsync(session, active?.Id);
                    return false;
                }
                await Audit.WriteAsync(session, actor, "model.promote", $"{modelId}", active?.Version ?? Shipped, model, reason);
                return true;
            },
            cancellationToken);

    public Task<bool> RollBackAsync(string actor, string? reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                if (await RetireAsync(session) is not { } active)
                    return false;
                await ActivateAsync(session, active.FormerId);
                var former = active.FormerId is null ? null : await session.FirstAsync(
                    "update model set promoted_by = @actor, promoted_at = @Now where id = @FormerId returning version",
                    new { actor, session.Now, active.FormerId },
                    reader => reader.GetString(0));
                await Audit.WriteAsync(session, actor, "model.roll_back", $"{active.Id}", active.Version, former ?? Shipped, reason);
                return true;
            },
            cancellationToken);

    public Task<long?> FindActiveAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.ScalarAsync("select id from model where status = 'active'"), cancellationToken);

    public async Task<byte[]?> ReadFileAsync(long modelId, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.FirstAsync("select content from model_file where model_id = @modelId", new { modelId }, reader => (byte[])reader.GetValue(0)),
            cancellationToken);

    private static Task<Holder?> RetireAsync(Session session) =>
        session.FirstAsync(
            "update model set status = 'retired' where status = 'active' returning id, version, former_id",
            null,
            reader => new Holder(reader.GetInt64(0), reader.GetString(1), reader.LongOrNull(2)));

    private static Task<int> ActivateAsync(Session session, long? modelId) =>
        session.ExecuteAsync("update model set status = 'active' where id = @modelId", new { modelId });

    private static StoredModel Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), Stored.Parse<ModelStatus>(reader.GetString(2)), reader.GetInt64(3), reader.GetString(4), reader.GetString(5),
        reader.GetString(6), reader.Instant(7), reader.TextOrNull(8), reader.InstantOrNull(9), reader.LongOrNull(10));

    private sealed record Holder(long Id, string Version, long? FormerId);
}
