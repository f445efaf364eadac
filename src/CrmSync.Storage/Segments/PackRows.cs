using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>Versions of packs. A version is never changed, so that whoever looked at one finds it again.</summary>
internal sealed class PackRows(LedgerDatabase database)
{
    private const string Of = "from pack_version v join segment s on s.id = v.segment_id where s.key = @segment";

    public Task<Pack?> ReadNewestAsync(string segment, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadNewestAsync(session, segment), cancellationToken);

    public Task<Pack?> ReadAsync(string segment, int version, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync($"select v.content {Of} and v.version = @version", new { segment, version }, reader => Parse(reader.GetString(0))), cancellationToken);

    public async Task<IReadOnlyList<Pack>> ReadVersionsAsync(string segment, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync($"select v.content {Of} order by v.version", new { segment }, reader => Parse(reader.GetString(0))), cancellationToken);

    public Task<Result<Pack>> AddAsync(Pack pack, string actor, CancellationToken cancellationToken) => database.WriteAsync<Result<Pack>>(
        null,
        async session =>
        {
            await SegmentRow.LockAsync(session);
            if (await FindSegmentAsync(session, pack.Segment) is not { } segmentId)
                return SpecialistFailures.UnknownSegment(pack.Segment);
            return await AppendAsync(session, segmentId, pack, actor) ? pack : SpecialistFailures.VersionTaken(pack);
        },
        cancellationToken);

    /// <summary>The newest version as it stands inside a transaction.</summary>
    public static Task<Pack?> ReadNewestAsync(Session session, string segment) =>
        session.FirstAsync($"select v.content {Of} order by v.version desc limit 1", new { segment }, reader => Parse(reader.GetString(0)));

    public static Task<long?> FindSegmentAsync(Session session, string segment) => session.ScalarAsync("select id from segment where key = @segment", new { segment });

    /// <summary>Adds a version where it follows the newest; whoever calls holds the lock on segments.</summary>
    /// <returns>Whether it does.</returns>
    public static async Task<bool> AppendAsync(Session session, long segmentId, Pack pack, string actor)
    {
        var newest = await session.ScalarAsync("select max(version) from pack_version where segment_id = @segmentId", new { segmentId }) ?? 0;
        if (pack.Version != newest + 1)
            return false;
        await session.ExecuteAsync(
            """
            insert into pack_version (segment_id, version, by_kind, by_name, reason, lines, content, at)
            values (@segmentId, @Version, @kind, @Name, @Reason, @lines, @content, @at)
            """,
            new
            {
                segmentId, pack.Version, kind = Stored.Name(pack.By.Kind), pack.By.Name, pack.Reason, lines = pack.Live.Count(), content = PackFile.Write(pack), at = pack.At.ToUnixTimeMilliseconds(),
            });
        await Audit.WriteAsync(
            session, actor, "pack.version", pack.Segment, newest == 0 ? null : FormattableString.Invariant($"version {newest}"), FormattableString.Invariant($"version {pack.Version}"), pack.Reason);
        return true;
    }

    private static Pack Parse(string content) => PackFile.Read(content) is { Succeeded: true } read
        ? read.Value
        : throw new LedgerException("ledger.storage", "The ledger holds a pack that cannot be read; a newer version may have written it.");
}
