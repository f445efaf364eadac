using System.Globalization;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>Makes accounts of a segment a segment of their own.</summary>
internal static class SegmentSplit
{
    private const int MostAccounts = 10_000;

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<(long First, long Second)> Pairs = new(
        new RowShape<(long First, long Second)>.Long("first_id", row => row.First), new RowShape<(long First, long Second)>.Long("second_id", row => row.Second));

    public static async Task<SegmentOutcome> SplitAsync(
        Session session, SegmentOrder order, SegmentRow row, IReadOnlyList<SegmentRow> all, string name, IReadOnlyList<long> accounts)
    {
        if (SegmentChanges.FaultOf(name) is { } fault)
            return SegmentChanges.Refuse(fault);
        if (SegmentChanges.Namesake(all, name, 0) is { } other)
            return SegmentChanges.Refuse($"Segment {other.Key} has the name \"{name}\" already; choose another name.");
        if (row.State is not (SegmentState.Proposed or SegmentState.Approved))
            return SegmentChanges.Refuse($"Segment \"{row.Name}\" is {Stored.Name(row.State)}; only a proposed or approved one can be split.");
        IReadOnlyList<long> wanted = [.. accounts.Distinct().Order()];
        if (wanted.Count is 0 or > MostAccounts)
            return SegmentChanges.Refuse($"Name 1 to {MostAccounts.ToString("N0", CultureInfo.InvariantCulture)} accounts that are to stand in the new segment.");
        var moved = (await session.QueryRowsAsync(
            "select m.company_id from $rows r $join segment_member m on m.segment_id = @Id and m.company_id = r.id", Ids, wanted, new { row.Id }, reader => reader.GetInt64(0))).ToHashSet();
        if (moved.Count < wanted.Count)
            return SegmentChanges.Refuse(string.Create(CultureInfo.InvariantCulture, $"{wanted.Count - moved.Count:N0} of these accounts are not in segment \"{row.Name}\"; only its own accounts can be split off."));
        if (await session.ScalarAsync("select count(*) from segment_member where segment_id = @Id", new { row.Id }) == moved.Count)
            return SegmentChanges.Refuse($"These are all accounts of segment \"{row.Name}\"; rename it instead.");

        var note = new SegmentChangeNote(SegmentAction.Split, order.Actor, order.Reason);
        var made = await SegmentRows.InsertAsync(
            session,
            new SegmentRow
            {
                Key = SegmentKeys.Make(name, key => all.Any(known => known.Key == key)), Name = name, State = row.State, ParentId = row.Id, Size = moved.Count,
                Stability = row.Stability, IsPromoted = row.IsPromoted,
            },
            note);
        await SegmentRows.UpdateAsync(session, row, row with { Size = Math.Max(0, row.Size - moved.Count) }, note);
        await session.ExecuteRowsAsync(
            "update segment_member set segment_id = @to, by_person = 1 from $rows r where segment_member.segment_id = @from and segment_member.company_id = r.id",
            Ids, wanted, new { from = row.Id, to = made.Id });
        await LinkAsync(session, order.Actor, row, made, wanted);
        await DueAccounts.AskForAsync(session, wanted);
        await Audit.WriteAsync(
            session, order.Actor, "segment.split", row.Key, null, string.Create(CultureInfo.InvariantCulture, $"{made.Key} ({moved.Count:N0} accounts)"), order.Reason);
        return SegmentChanges.Changed(made, string.Create(CultureInfo.InvariantCulture, $"{moved.Count:N0} accounts of segment \"{row.Name}\" stand in \"{name}\" now."));
    }

    // A star of links holds the new segment together in later searches, and one pair keeps the two apart.
    private static async Task LinkAsync(Session session, string actor, SegmentRow row, SegmentRow made, IReadOnlyList<long> moved)
    {
        await InsertAsync(session, "must", actor, made, [.. moved.Skip(1).Select(other => (moved[0], other))]);
        var strongest = await session.ScalarAsync(
            "select company_id from segment_member where segment_id = @Id order by strength desc, company_id limit 1", new { row.Id });
        if (strongest is { } rest)
            await InsertAsync(session, "cannot", actor, made, [(moved[0], rest)]);
    }

    private static Task<int> InsertAsync(Session session, string kind, string actor, SegmentRow made, IReadOnlyList<(long, long)> pairs) => session.ExecuteRowsAsync(
        """
        insert into segment_constraint (kind, state, first_id, second_id, source, segment_id, actor, at)
        select @kind, 'active', r.first_id, r.second_id, 'split', @Id, @actor, @Now from $rows r
        """,
        Pairs,
        pairs,
        new { kind, made.Id, actor, session.Now });
}
