using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;

namespace CrmSync.Storage.Segments;

/// <summary>
/// Saves the segments of accounts. An assignment is a decision about a company, and what it wants written goes the way of every label: one open write per key, the same
/// guard, log and undo. An account whose segment and name stay as they are gets no new decision.
/// </summary>
internal static class AccountAssignments
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<AssignedAccount> Done = new(
        new RowShape<AssignedAccount>.Long("id", row => row.AccountId), new RowShape<AssignedAccount>.Long("asked", row => row.Asked));

    private static readonly RowShape<(long Id, AccountSums Sums)> Evidence = new(
        new RowShape<(long Id, AccountSums Sums)>.Long("company_id", row => row.Id),
        new RowShape<(long Id, AccountSums Sums)>.Long("model_id", row => row.Sums.ModelId),
        new RowShape<(long Id, AccountSums Sums)>.Text("sums", row => SegmentJson.Write(row.Sums.Sums)),
        new RowShape<(long Id, AccountSums Sums)>.Text("speaking", row => SegmentJson.Write(row.Sums.Speaking)),
        new RowShape<(long Id, AccountSums Sums)>.Long("notes", row => row.Sums.Notes),
        new RowShape<(long Id, AccountSums Sums)>.Text("activities", row => SegmentJson.Write(row.Sums.Activities)),
        new RowShape<(long Id, AccountSums Sums)>.Long("revision", row => row.Sums.Revision));

    private static readonly RowShape<(long Id, ChosenSegment Chosen)> Members = new(
        new RowShape<(long Id, ChosenSegment Chosen)>.Long("company_id", row => row.Id),
        new RowShape<(long Id, ChosenSegment Chosen)>.Long("segment_id", row => row.Chosen.Segment.Id),
        new RowShape<(long Id, ChosenSegment Chosen)>.Long("strength", row => SegmentFindings.Strength(row.Chosen.Score)),
        new RowShape<(long Id, ChosenSegment Chosen)>.Long("speaking", row => row.Chosen.Speaking),
        new RowShape<(long Id, ChosenSegment Chosen)>.Long("notes", row => row.Chosen.Notes),
        new RowShape<(long Id, ChosenSegment Chosen)>.Real("expected", row => row.Chosen.Expected),
        new RowShape<(long Id, ChosenSegment Chosen)>.Long("by_person", row => row.Chosen.ByPerson ? 1 : 0),
        new RowShape<(long Id, ChosenSegment Chosen)>.Text("evidence", row => SegmentJson.Write(row.Chosen.Activities)));

    private static readonly RowShape<NewDecision> Decisions = new(
        new RowShape<NewDecision>.Long("company_id", row => row.Account.Id),
        new RowShape<NewDecision>.Text("version", row => row.Chosen is { } chosen ? AccountKey.Of(chosen.Segment.Version) : "0"),
        new RowShape<NewDecision>.Text("label", row => row.Chosen?.Segment.Key),
        new RowShape<NewDecision>.Text("status", row => Stored.Name(row.Chosen is null ? DecisionStatus.Abstained : DecisionStatus.Decided)),
        new RowShape<NewDecision>.Real("confidence", row => row.Chosen?.Confidence ?? 1),
        new RowShape<NewDecision>.Text("decided_by", row => row.Chosen is { ByPerson: true } ? "person" : "segments"),
        new RowShape<NewDecision>.Text("model_version", row => row.Chosen is { ModelId: > 0 } chosen ? $"segments-{AccountKey.Of(chosen.ModelId)}" : "segments"),
        new RowShape<NewDecision>.Text("reason", row => row.Chosen?.Reason ?? "Its notes reach no approved segment any more."),
        new RowShape<NewDecision>.Text("evidence", row => LedgerJson.Write((IReadOnlyList<Evidence>)[.. (row.Chosen?.Activities ?? []).Select(id => new Evidence($"activity-{AccountKey.Of(id)}", row.Chosen!.Reason, null, null))])),
        new RowShape<NewDecision>.Text("value", row => row.Chosen?.Segment.Name));

    public static async Task SaveAsync(LedgerStep step, AccountStep accounts)
    {
        if (accounts.Accounts.Count == 0)
            return;
        await SaveEvidenceAsync(step, accounts.Accounts);
        var known = await ReadAsync(step, [.. accounts.Accounts.Select(account => account.AccountId)]);
        List<NewDecision> news = [];
        foreach (var account in accounts.Accounts)
        {
            if (known.GetValueOrDefault(account.AccountId) is { } row && row.Differs(account.Chosen))
                news.Add(new NewDecision(row, account.Chosen));
        }
        await DecideAsync(step, news, accounts.Property);
        await SaveMembersAsync(step, [.. accounts.Accounts.Where(account => known.ContainsKey(account.AccountId))]);
        await step.Session.ExecuteRowsAsync(
            "delete from account_due where (company_id, asked) in (select r.id, r.asked from $rows r)", Done, accounts.Accounts);
        step.Tally.Add(step.Batch.RunId, "seen", accounts.Accounts.Count);
    }

    private static Task SaveEvidenceAsync(LedgerStep step, IReadOnlyList<AssignedAccount> accounts) => step.Session.ExecuteRowsAsync(
        """
        insert into account_evidence (company_id, model_id, sums, speaking, notes, activities, revision, read_at)
        select r.company_id, r.model_id, r.sums, r.speaking, r.notes, r.activities, r.revision, @Now from $rows r where true
        on conflict (company_id, model_id) do update set sums = excluded.sums, speaking = excluded.speaking, notes = excluded.notes, activities = excluded.activities,
          revision = excluded.revision, read_at = excluded.read_at
        """,
        Evidence,
        [.. accounts.SelectMany(account => account.Evidence.Select(sums => (account.AccountId, sums)))],
        new { step.Session.Now });

    private static async Task<Dictionary<long, AccountRow>> ReadAsync(LedgerStep step, IReadOnlyList<long> ids) => (await step.Session.QueryRowsAsync(
        """
        select c.id, c.object_type, c.external_id, case when c.gone_at is null then 0 else 1 end, d.id, d.label, d.write_value, d.decided_by from $rows r
        $join crm_company c on c.id = r.id and c.connection_id = @ConnectionId
        left join decision d on d.company_id = c.id and d.taxonomy = @taxonomy and d.superseded_at is null
        """,
        Ids,
        ids,
        new { step.Batch.ConnectionId, taxonomy = SegmentKeys.Taxonomy },
        reader => new AccountRow(
            reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3) is 1, reader.LongOrNull(4), reader.TextOrNull(5), reader.TextOrNull(6),
            reader.TextOrNull(7) is "person"))).ToDictionary(row => row.Id);

    private static async Task DecideAsync(LedgerStep step, IReadOnlyList<NewDecision> news, string property)
    {
        await step.Session.ExecuteRowsAsync(
            "update decision set superseded_at = @Now from $rows r where decision.id = r.id",
            Ids, [.. news.Select(row => row.Account.DecisionId).OfType<long>()], new { step.Session.Now });
        var ids = (await step.Session.QueryRowsAsync(
            """
            insert into decision (company_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash, write_property,
              write_value, decided_at)
            select r.company_id, @taxonomy, r.version, r.label, r.status, r.confidence, r.decided_by, r.model_version, r.reason, r.evidence, '', @property, r.value, @Now
            from $rows r
            returning id, company_id
            """,
            Decisions,
            news,
            new { taxonomy = SegmentKeys.Taxonomy, property, step.Session.Now },
            reader => (Id: reader.GetInt64(0), Company: reader.GetInt64(1)))).ToDictionary(row => row.Company, row => row.Id);
        foreach (var row in news)
        {
            step.Tally.Add(step.Batch.RunId, row.Chosen is null ? "abstained" : "labelled");
            var source = new LabelSource(0, row.Account.ObjectType, row.Account.ExternalId, 0, IsPlain: true, row.Account.IsGone) { CompanyId = row.Account.Id };
            step.Wanted.Add(new WantedLabel(ids[row.Account.Id], source, SegmentKeys.Taxonomy, step.Batch.RunId, property, row.Chosen?.Segment.Name));
        }
    }

    // Of a proposal the accounts stay as the search found them; among approved segments, and what is part of them, an account stands in one.
    private static async Task SaveMembersAsync(LedgerStep step, IReadOnlyList<AssignedAccount> accounts)
    {
        await step.Session.ExecuteRowsAsync(
            $"""
            delete from segment_member where company_id in (select r.id from $rows r)
              and segment_id in (select p.part_id from ({AccountReading.Standing}) p)
            """,
            Ids,
            [.. accounts.Select(account => account.AccountId)]);
        await step.Session.ExecuteRowsAsync(
            """
            insert into segment_member (segment_id, company_id, strength, speaking, notes, expected, by_person, evidence)
            select r.segment_id, r.company_id, r.strength, r.speaking, r.notes, r.expected, r.by_person, r.evidence from $rows r where true
            on conflict (segment_id, company_id) do update set strength = excluded.strength, speaking = excluded.speaking, notes = excluded.notes, expected = excluded.expected,
              by_person = excluded.by_person, evidence = excluded.evidence
            """,
            Members,
            [.. accounts.Where(account => account.Chosen is not null).Select(account => (account.AccountId, account.Chosen!))]);
    }

    /// <summary>An account with the assignment that stands.</summary>
    private sealed record AccountRow(
        long Id, string ObjectType, string ExternalId, bool IsGone, long? DecisionId, string? Label, string? Value, bool ByPerson)
    {
        public bool Differs(ChosenSegment? chosen) =>
            chosen is null ? Label is not null : Label != chosen.Segment.Key || Value != chosen.Segment.Name || ByPerson != chosen.ByPerson;
    }

    private sealed record NewDecision(AccountRow Account, ChosenSegment? Chosen);
}
