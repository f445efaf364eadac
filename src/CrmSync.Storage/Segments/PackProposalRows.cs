using System.Data.Common;
using System.Globalization;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>Proposals for packs. What was decided once is never asked again.</summary>
internal sealed class PackProposalRows(LedgerDatabase database)
{
    private const string Columns = "p.content, p.state, p.decided_by, p.decided_at, p.id";

    private static readonly RowShape<(int Place, PackProposal Row)> Rows = new(
        new RowShape<(int Place, PackProposal Row)>.Long("place", row => row.Place),
        new RowShape<(int Place, PackProposal Row)>.Text("segment", row => row.Row.Segment),
        new RowShape<(int Place, PackProposal Row)>.Text("proposal", row => row.Row.Id),
        new RowShape<(int Place, PackProposal Row)>.Text("source", row => Stored.Name(row.Row.Source)),
        new RowShape<(int Place, PackProposal Row)>.Text("content", row => PackProposalFile.Write(row.Row)),
        new RowShape<(int Place, PackProposal Row)>.Long("proposed_at", row => row.Row.At.ToUnixTimeMilliseconds()));

    public Task<int> ProposeAsync(IReadOnlyList<PackProposal> proposals, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            var made = await session.QueryRowsAsync(
                """
                insert into pack_proposal (segment_id, proposal, source, state, content, proposed_at)
                select s.id, r.proposal, r.source, 'open', r.content, r.proposed_at from $rows r join segment s on s.key = r.segment where true order by r.place
                on conflict (segment_id, proposal) do nothing returning segment_id
                """,
                Rows,
                [.. proposals.DistinctBy(row => (row.Segment, row.Id)).Select((row, place) => (place, row))],
                null,
                reader => reader.GetInt64(0));
            foreach (var group in made.GroupBy(id => id).OrderBy(group => group.Key))
            {
                var key = await session.FirstAsync("select key from segment where id = @Key", new { group.Key }, reader => reader.GetString(0));
                await Audit.WriteAsync(session, actor, "pack.propose", key!, null, group.Count().ToString(CultureInfo.InvariantCulture));
            }
            return made.Count;
        },
        cancellationToken);

    public async Task<IReadOnlyList<PackProposal>> ReadAsync(string segment, bool onlyOpen, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            $"select {Columns} from pack_proposal p join segment s on s.id = p.segment_id where s.key = @segment {(onlyOpen ? "and p.state = 'open'" : "")} order by p.id desc",
            new { segment },
            Read),
        cancellationToken);

    public Task<Result<PackProposal>> DecideAsync(string segment, string proposal, bool accept, string person, CancellationToken cancellationToken) => database.WriteAsync<Result<PackProposal>>(
        null,
        async session =>
        {
            await SegmentRow.LockAsync(session);
            if (await PackRows.FindSegmentAsync(session, segment) is not { } segmentId)
                return SpecialistFailures.UnknownSegment(segment);
            var standing = await session.FirstAsync(
                $"select {Columns} from pack_proposal p where p.segment_id = @segmentId and p.proposal = @proposal", new { segmentId, proposal }, Read);
            if (standing is null)
                return SpecialistFailures.UnknownProposal(segment, proposal);
            var at = DateTimeOffset.FromUnixTimeMilliseconds(session.Now);
            var decided = accept ? await AcceptAsync(session, segmentId, standing, person, at) : standing.Reject(person, at);
            if (!decided.Succeeded)
                return decided;
            await session.ExecuteAsync(
                "update pack_proposal set state = @state, decided_by = @person, decided_at = @Now where segment_id = @segmentId and proposal = @proposal",
                new { state = Stored.Name(decided.Value.State), person, session.Now, segmentId, proposal });
            await Audit.WriteAsync(session, person, accept ? "pack.accept" : "pack.reject", segment, null, proposal, standing.Reason);
            return decided;
        },
        cancellationToken);

    private static async Task<Result<PackProposal>> AcceptAsync(Session session, long segmentId, PackProposal standing, string person, DateTimeOffset at)
    {
        if (await PackRows.ReadNewestAsync(session, standing.Segment) is not { } newest)
            return SpecialistFailures.NoPack(standing.Segment);
        var accepted = standing.Accept(newest, person, at);
        if (!accepted.Succeeded)
            return accepted.Failure;
        return await PackRows.AppendAsync(session, segmentId, accepted.Value.Pack, person) ? accepted.Value.Proposal : SpecialistFailures.VersionTaken(accepted.Value.Pack);
    }

    private static PackProposal Read(DbDataReader reader)
    {
        var read = PackProposalFile.Read(reader.GetString(0));
        if (!read.Succeeded)
            throw new LedgerException("ledger.storage", "The ledger holds a proposal for a pack that cannot be read; a newer version may have written it.");
        return read.Value with { State = Stored.Parse<ProposalState>(reader.GetString(1)), DecidedBy = reader.TextOrNull(2), DecidedAt = reader.InstantOrNull(3) };
    }
}
