using System.Globalization;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>
/// Stores what a search found. It decides nothing in people's place: names and states that people set stay, what was rejected or merged stays so, and only a proposal that
/// nobody looked at goes when it is not found again.
/// </summary>
internal static class SegmentFindings
{
    private const int MembersAtOnce = 5_000;

    private static readonly RowShape<FoundMember> Members = new(
        new RowShape<FoundMember>.Long("company_id", row => row.AccountId),
        new RowShape<FoundMember>.Long("strength", row => Strength(row.Score)),
        new RowShape<FoundMember>.Long("speaking", row => row.Speaking),
        new RowShape<FoundMember>.Long("notes", row => row.Notes),
        new RowShape<FoundMember>.Real("expected", row => row.Expected));

    /// <summary>A score as it is stored and listed by: thousandths of a nat.</summary>
    public static long Strength(double score) => (long)Math.Round(Math.Clamp(score, -1e12, 1e12) * 1000);

    public static async Task<SegmentOutcome> SaveAsync(Session session, FoundSegments found, long? runId, string actor)
    {
        await SegmentRow.LockAsync(session);
        var all = await SegmentRow.ReadAllAsync(session);
        var model = await InsertModelAsync(session, found, runId);
        HashSet<string> taken = [.. all.Select(row => row.Key)];
        HashSet<string> continued = new(StringComparer.Ordinal);
        var ids = all.ToDictionary(row => row.Key, row => row.Id, StringComparer.Ordinal);
        foreach (var segment in found.Segments)
        {
            if (segment.Continues is { } key && continued.Add(key) && all.FirstOrDefault(row => row.Key == key) is { } known)
                await ContinueAsync(session, known, segment, model, actor);
            else
            {
                var made = await ProposeAsync(session, segment, model, actor, taken, all);
                taken.Add(made.Key);
                ids.TryAdd(segment.Handle, made.Id);
            }
        }
        foreach (var row in all.Where(row => row.State is SegmentState.Proposed && row.ModelId is not null && !continued.Contains(row.Key)))
            await SegmentRows.UpdateAsync(session, row, row with { State = SegmentState.Retired }, new SegmentChangeNote(SegmentAction.Retired, actor, "A later search did not find it again."));
        if (all.Any(row => row.State is SegmentState.Approved))
            await DueAccounts.AskForAllAsync(session, model);
        await SegmentEventRows.SaveAsync(session, found.Events, name => ids[name], runId);
        var sentence = found.Segments.Count == 0
            ? "The search found no segments."
            : string.Create(CultureInfo.InvariantCulture, $"The search found {found.Segments.Count:N0} segments, {found.Segments.Count - continued.Count:N0} of them new.");
        await Audit.WriteAsync(session, actor, "segment.search", runId is { } run ? $"run/{run}" : $"model/{model}", null, sentence);
        return new SegmentOutcome(SegmentAnswer.Changed, sentence);
    }

    private static async Task<long> InsertModelAsync(Session session, FoundSegments found, long? runId) => (await session.ScalarAsync(
        """
        insert into segment_model (run_id, fitted_at, seed, accounts, activities, segments, remarks, content, topics_id)
        values (@runId, @Now, @seed, @Accounts, @Activities, @count, @remarks, @content, (select id from segment_topics where key = @Topics)) returning id
        """,
        new
        {
            runId, session.Now, seed = (long)found.Seed, found.Accounts, found.Activities, found.Topics, count = (long)found.Segments.Count, remarks = SegmentJson.Write(found.Remarks),
            content = found.Model.IsEmpty ? null : found.Model.ToArray(),
        }))!.Value;

    private static async Task ContinueAsync(Session session, SegmentRow known, FoundSegment segment, long model, string actor)
    {
        var after = known with
        {
            ModelId = model, ModelSegment = segment.ModelSegment, Size = segment.Members.Count, Stability = segment.Stability, IsPromoted = segment.IsPromoted,
        };
        await SegmentRows.UpdateAsync(session, known, after, new SegmentChangeNote(SegmentAction.Refitted, actor, null) { Description = segment.Description });
        // Accounts of an approved segment change by assignment, with a history; what a search found of the others is all that is known of them.
        if (known.State is not SegmentState.Approved)
        {
            await session.ExecuteAsync("delete from segment_member where segment_id = @Id and by_person = 0", new { known.Id });
            await InsertMembersAsync(session, known.Id, segment.Members);
        }
    }

    private static async Task<SegmentRow> ProposeAsync(
        Session session, FoundSegment segment, long model, string actor, HashSet<string> taken, IReadOnlyList<SegmentRow> all)
    {
        var name = segment.Name.Length > SegmentKeys.MostCharacters ? segment.Name[..SegmentKeys.MostCharacters].Trim() : segment.Name;
        var key = SegmentKeys.Make(name, taken.Contains);
        var row = new SegmentRow
        {
            Key = key, Name = SegmentChanges.Namesake(all, name, 0) is null ? name : $"{name} ({key})", State = SegmentState.Proposed, ModelId = model, ModelSegment = segment.ModelSegment,
            Size = segment.Members.Count, Stability = segment.Stability, IsPromoted = segment.IsPromoted,
        };
        var made = await SegmentRows.InsertAsync(session, row, new SegmentChangeNote(SegmentAction.Proposed, actor, null) { Description = segment.Description });
        await InsertMembersAsync(session, made.Id, segment.Members);
        return made;
    }

    private static async Task InsertMembersAsync(Session session, long segmentId, IReadOnlyList<FoundMember> members)
    {
        foreach (var piece in members.DistinctBy(member => member.AccountId).Chunk(MembersAtOnce))
        {
            await session.ExecuteRowsAsync(
                """
                insert into segment_member (segment_id, company_id, strength, speaking, notes, expected, by_person, evidence)
                select @segmentId, c.id, r.strength, r.speaking, r.notes, r.expected, 0, '[]' from $rows r $join crm_company c on c.id = r.company_id where true
                on conflict (segment_id, company_id) do nothing
                """,
                Members,
                piece,
                new { segmentId });
        }
    }
}
