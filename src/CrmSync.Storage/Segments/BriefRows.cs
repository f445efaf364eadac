using System.Globalization;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Records;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>Briefs, and the accounts that they can be made for.</summary>
internal sealed class BriefRows(LedgerDatabase database)
{
    private const string Columns = "b.id, b.company_id, s.key, b.made_at, b.made_by, b.content from brief b join segment s on s.id = b.segment_id";

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public async Task<IReadOnlyList<BriefSubject>> FindAsync(string text, int most, CancellationToken cancellationToken)
    {
        var wanted = text.Trim();
        if (wanted.Length == 0 || wanted.Contains('\0', StringComparison.Ordinal))
            return [];
        var (from, to) = NameKey.Beginning(wanted);
        var parts = wanted.Split([':', '/'], 2);
        var named = parts is [{ Length: > 0 }, { Length: > 0 }];
        var found = await database.ReadAsync(
            session => session.QueryAsync(
                $"""
                {Subjects(
                    $"""
                    select * from (select c.id from crm_company c where c.name_key >= @from and c.name_key < @to and c.gone_at is null order by c.name_key, c.id limit @most) a
                    union select * from (select c.id from crm_company c where c.domain = @domain and c.gone_at is null order by c.id limit @most) b
                    union select c.id from crm_company c where c.id = @id and c.gone_at is null
                    {(named ? "union select c.id from connection n join crm_company c on c.connection_id = n.id and c.external_id = @external where n.key = @connection and c.gone_at is null" : "")}
                    """)}
                order by c.name_key, c.id, m.strength desc
                """,
                new
                {
                    from, to, most, domain = wanted.ToLowerInvariant(), id = long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1,
                    connection = parts[0], external = parts[^1],
                },
                ReadSubject),
            cancellationToken);
        return [.. found.DistinctBy(subject => subject.Id).Take(most)];
    }

    public Task<BriefSubject?> ReadSubjectAsync(long account, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync(
            $"{Subjects("select x.id from crm_company x where x.id = @account and x.gone_at is null")} order by m.strength desc", new { account }, ReadSubject),
        cancellationToken);

    public Task<long> AddAsync(Brief brief, string by, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            var id = (await session.ScalarAsync(
                """
                insert into brief (segment_id, company_id, made_at, made_by, pack_version, lines, content)
                select s.id, @company, @at, @by, @PackVersion, @lines, @content from segment s where s.key = @segment
                returning id
                """,
                new
                {
                    segment = brief.Segment.Segment, company = brief.Account is { } account ? AccountKey.Parse(account) : (long?)null, at = brief.At.ToUnixTimeMilliseconds(), by,
                    PackVersion = (long)brief.PackVersion, lines = SegmentJson.Write(brief.Lines), content = BriefText.Json(brief),
                })) ?? throw new LedgerException("ledger.storage", $"There is no segment \"{brief.Segment.Segment}\" any more.");
            // An activity may have been erased while the brief was made.
            await session.ExecuteRowsAsync(
                "update brief set content = null, erased_at = @Now where id = @id and exists (select 1 from $rows r $join activity a on a.id = r.id where a.status = 'erased')",
                Ids,
                [.. brief.Points.SelectMany(point => point.Activities).Where(key => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(AccountKey.Parse).Distinct()],
                new { id, session.Now });
            await Audit.WriteAsync(session, by, "brief.make", brief.Account is { } of ? $"account/{of}" : "prospect", null, $"{brief.Segment.Segment}, pack version {brief.PackVersion.ToString(CultureInfo.InvariantCulture)}");
            return id;
        },
        cancellationToken);

    public Task<GivenBrief?> ReadAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync($"select {Columns} where b.id = @id", new { id }, Read), cancellationToken);

    public async Task<IReadOnlyList<GivenBrief>> ReadNewestAsync(long? account, int most, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            $"select {Columns} {(account is null ? "" : "where b.company_id = @account")} order by b.id desc limit @most", new { account, most }, Read),
        cancellationToken);

    public async Task<IReadOnlyList<BriefUse>> ReadUsesAsync(string segment, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            """
            select b.id, s.key, b.company_id, b.made_at, b.lines from segment s join brief b on b.segment_id = s.id
            where s.key = @segment and b.company_id is not null order by b.id
            """,
            new { segment },
            reader => new BriefUse(
                AccountKey.Of(reader.GetInt64(0)), reader.GetString(1), AccountKey.Of(reader.GetInt64(2)), reader.Instant(3), SegmentJson.ReadTexts(reader.GetString(4)))),
        cancellationToken);

    // An account stands in an approved segment itself, or in one that was merged into it.
    private static string Subjects(string ids) =>
        $"""
        select c.id, n.key, c.object_type, c.external_id, c.name, c.domain, p.key, p.name, m.strength, m.speaking, m.notes, m.expected, m.by_person, d.confidence
        from ({ids}) f
        join crm_company c on c.id = f.id join connection n on n.id = c.connection_id
        left join segment_member m on m.company_id = c.id and m.segment_id in (select t.part_id from ({AccountReading.Standing}) t)
        left join ({AccountReading.Standing}) p on p.part_id = m.segment_id
        left join decision d on d.company_id = c.id and d.taxonomy = '{SegmentKeys.Taxonomy}' and d.superseded_at is null
        """;

    private static BriefSubject ReadSubject(System.Data.Common.DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.TextOrNull(5), reader.IsDBNull(6) ? null : ReadMatch(reader));

    private static SegmentMatch ReadMatch(System.Data.Common.DbDataReader reader)
    {
        var byPerson = reader.GetInt64(12) is 1;
        var reason = byPerson
            ? "A person put the account into this segment."
            : string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(9)} of {reader.GetInt64(10)} notes speak of it, {reader.GetDouble(11):0.0} expected.");
        return new SegmentMatch(reader.GetString(6), reader.GetString(7), reason, byPerson || reader.IsDBNull(13) ? null : reader.GetDouble(13));
    }

    private static GivenBrief Read(System.Data.Common.DbDataReader reader) => new(
        reader.GetInt64(0), reader.LongOrNull(1), reader.GetString(2), reader.Instant(3), reader.GetString(4), reader.TextOrNull(5) is { } content ? BriefFile.Read(content) : null);
}
