using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Taxonomies;

/// <summary>Versions of taxonomies, and the activities that older ones decided about.</summary>
internal sealed class TaxonomyRows(LedgerDatabase database)
{
    // A person's answer is not of a version: no definition overrules it.
    private const string Outdated =
        """
        from activity a
        where a.connection_id = @ConnectionId and a.status = 'decided' and a.gone_at is null and a.occurred_at >= @from and a.occurred_at <= @to
          and a.type in (TYPES) and exists (select 1 from activity_text t where t.activity_id = a.id)
          and not exists (
            select 1 from decision d where d.activity_id = a.id and d.taxonomy = @Id and d.superseded_at is null
              and (d.taxonomy_version = @Version or d.decided_by = 'person'))
        """;

    public Task EnterAsync(IReadOnlyList<Taxonomy> taxonomies, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                List<string> faults = [];
                foreach (var taxonomy in taxonomies.Where(taxonomy => taxonomy.Text.Length > 0))
                {
                    await session.ExecuteAsync(
                        """
                        insert into taxonomy_version (taxonomy, version, checksum, content, first_seen_at) values (@Id, @Version, @Checksum, @Text, @Now)
                        on conflict (taxonomy, version) do nothing
                        """,
                        new { taxonomy.Id, taxonomy.Version, taxonomy.Checksum, taxonomy.Text, session.Now });
                    var known = await session.FirstAsync(
                        "select checksum from taxonomy_version where taxonomy = @Id and version = @Version", new { taxonomy.Id, taxonomy.Version },
                        reader => reader.GetString(0));
                    if (known != taxonomy.Checksum)
                        faults.Add($"The file of taxonomy \"{taxonomy.Id}\" was changed, but its version is still \"{taxonomy.Version}\", and decisions of that version must stay explainable; give the changed file a new version, or take the change back.");
                }

                // Thrown inside the transaction, so that of several files none is entered halfway.
                return faults.Count == 0 ? 0 : throw new TaxonomyException(faults);
            },
            cancellationToken);

    public async Task<IReadOnlyList<StoredTaxonomy>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync(
                "select taxonomy, version, content, first_seen_at from taxonomy_version order by taxonomy, first_seen_at desc, version desc",
                null,
                reader => new StoredTaxonomy(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.Instant(3))),
            cancellationToken);

    public async Task<IReadOnlyList<long>> ReadOutdatedAsync(OutdatedRange range, long afterId, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync($"select a.id {Where(range)} and a.id > @afterId order by a.id limit @limit", Parameters(range, afterId, limit), reader => reader.GetInt64(0)),
            cancellationToken);

    public async Task<long> CountOutdatedAsync(OutdatedRange range, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.ScalarAsync($"select count(*) {Where(range)}", Parameters(range, 0, 0)), cancellationToken) ?? 0;

    // Names of an enumeration of ours, so nothing foreign gets into the statement.
    private static string Where(OutdatedRange range) =>
        Outdated.Replace("TYPES", string.Join(", ", range.Taxonomy.AppliesTo.Select(type => $"'{Stored.Name(type)}'")), StringComparison.Ordinal);

    private static object Parameters(OutdatedRange range, long afterId, int limit) => new
    {
        range.ConnectionId, range.Taxonomy.Id, range.Taxonomy.Version, from = range.From.ToUnixTimeMilliseconds(), to = range.To.ToUnixTimeMilliseconds(), afterId, limit,
    };
}
