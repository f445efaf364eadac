using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Taxonomies;

/// <summary>Versions that people put into use, and what they would change.</summary>
internal sealed class TaxonomyChangeRows(LedgerDatabase database)
{
    private const string Texts = "select a.id, a.type, t.subject, t.body, a.evidence from activity a join activity_text t on t.activity_id = a.id";

    public async Task<IReadOnlyDictionary<string, string>> ReadAdoptedAsync(CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            session => session.QueryAsync(
                "select key, value from setting where key like 'taxonomy/%'", null, reader => (Id: reader.GetString(0)[SettingKeys.Taxonomies.Length..], Version: reader.GetString(1))),
            cancellationToken)).ToDictionary(row => row.Id, row => row.Version, StringComparer.Ordinal);

    public Task<AdoptAnswer> AdoptAsync(Taxonomy taxonomy, string seen, string actor, string? reason, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            if (session.Dialect is LedgerDialect.Postgres)
                await session.ExecuteAsync("lock table setting in share row exclusive mode");
            var key = SettingKeys.Taxonomy(taxonomy.Id);
            var before = await session.FirstAsync("select value from setting where key = @key", new { key }, reader => reader.GetString(0));
            if (before is not null && before != seen)
                return AdoptAnswer.Stale;
            await session.ExecuteAsync(
                """
                insert into taxonomy_version (taxonomy, version, checksum, content, first_seen_at) values (@Id, @Version, @Checksum, @Text, @Now)
                on conflict (taxonomy, version) do nothing
                """,
                new { taxonomy.Id, taxonomy.Version, taxonomy.Checksum, taxonomy.Text, session.Now });
            var known = await session.FirstAsync(
                "select checksum from taxonomy_version where taxonomy = @Id and version = @Version", new { taxonomy.Id, taxonomy.Version }, reader => reader.GetString(0));
            if (known != taxonomy.Checksum)
                return AdoptAnswer.VersionTaken;
            await session.ExecuteAsync(
                """
                insert into setting (key, value, updated_by, updated_at) values (@key, @Version, @actor, @Now)
                on conflict (key) do update set value = excluded.value, updated_by = excluded.updated_by, updated_at = excluded.updated_at
                """,
                new { key, taxonomy.Version, actor, session.Now });
            await Audit.WriteAsync(session, actor, "taxonomy.adopt", taxonomy.Id, seen, taxonomy.Version, reason);
            return AdoptAnswer.Adopted;
        },
        cancellationToken);

    public async Task<long> CountCarriersAsync(string taxonomy, string label, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.ScalarAsync(
                "select count(*) from (select 1 as one from decision where taxonomy = @taxonomy and status = 'decided' and label = @label and superseded_at is null limit @limit) as found",
                new { taxonomy, label, limit }),
            cancellationToken) ?? 0;

    public Task<IReadOnlyList<SampledActivity>> SampleAsync(string taxonomy, IReadOnlyList<string> labels, int newest, int carriers, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<SampledActivity>>(
            async session =>
            {
                var sample = new List<SampledActivity>(await session.QueryAsync(
                    $"{Texts} where a.status = 'decided' and a.gone_at is null order by a.id desc limit @newest", new { newest }, Read));
                foreach (var label in labels)
                {
                    sample.AddRange(await session.QueryAsync(
                        $"""
                        {Texts} where a.status = 'decided' and a.gone_at is null and a.id in (
                          select activity_id from decision where taxonomy = @taxonomy and status = 'decided' and label = @label and superseded_at is null limit @carriers)
                        """,
                        new { taxonomy, label, carriers }, Read));
                }
                return [.. sample.DistinctBy(row => row.Id)];
            },
            cancellationToken);

    private static SampledActivity Read(System.Data.Common.DbDataReader reader) => new(
        reader.GetInt64(0), new ActivityContent(Stored.Parse<ActivityType>(reader.GetString(1)), reader.GetString(2), reader.GetString(3), LedgerJson.ReadEvidence(reader.GetString(4))));
}
