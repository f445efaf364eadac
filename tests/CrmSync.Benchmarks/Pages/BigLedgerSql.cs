namespace CrmSync.Benchmarks.Pages;

/// <summary>The statements that fill a big ledger, for both databases. In an empty ledger ids begin at 1, so a row's number is its id.</summary>
internal static class BigLedgerSql
{
    private const int Runs = 20_000;

    public static IEnumerable<string> Statements(bool isSqlite) =>
        All().Select(statement => isSqlite ? statement : statement.Replace("char(10)", "chr(10)", StringComparison.Ordinal));

    private static IEnumerable<string> All()
    {
        foreach (var statement in Base().Concat(Records()).Concat(Activities()).Concat(Writes()).Concat(Rest()))
            yield return statement;
    }

    // What the notes of every twenty-fifth company speak of, so that a search for segments has one to find.
    private static string Planted =>
        $"""
        case {Dice("i", 8, 10)} when 0 then 'Each legal entity has its own bill payment login, so there is no consolidated view. ' when 1 then 'Their clerks key the same vendor bills into ten instances by hand. '
          when 2 then 'She wants bill payment for all legal entities in one place. ' when 3 then 'Approvals of vendor bills are mailed around between the entities. '
          when 4 then 'A duplicate vendor payment across two instances cost them last quarter. ' when 5 then 'Consolidated view of payables per entity is what the controller asks for. ' else '' end
        """;

    // A whole number below "sides", spread evenly and the same every time.
    private static string Dice(string i, int salt, int sides) => $"((({i} + {salt * 1_013}) * 2654435761 % 4294967296) / 4096 % {sides})";

    private static string Numbers(string count) => $"with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < {count})";

    private static string At(string i, string count) => $"(@now - @year + @year * {i} / {count})";

    private static IEnumerable<string> Base()
    {
        yield return """
            insert into connection (key, kind, name, write_mode, backfill_from_at, created_at)
            values ('hubspot-main', 'hubspot', 'HubSpot Europe', 'approve', 0, @now - @year), ('salesforce-main', 'salesforce', 'Salesforce US', 'approve', 0, @now - @year)
            """;
        foreach (var (connection, type) in new[] { (1, "calls"), (1, "emails"), (1, "meetings"), (1, "notes"), (1, "tasks"), (2, "Event"), (2, "Task") })
            yield return $"insert into watermark (connection_id, object_type, at, fresh_to_at, updated_at) values ({connection}, '{type}', @now - 200000, @now - 12000, @now - 9000)";
        yield return $"""
            {Numbers($"{Runs}")} insert into run (kind, connection_id, status, requested_by, started_at, finished_at, seen, stored, labelled, abstained, unsure, applied, unchanged, kept, rejected, requests)
            select case when i = 1 then 'backfill' when i % 500 = 0 then 'undo' when i % 400 = 0 then 'reconcile' when i % 7 = 0 then 'poll_settled' else 'poll_fresh' end, 1 + i % 2,
              case when i > {Runs} - 2 then 'paused' when i % 97 = 0 then 'failed' else 'completed' end, case when i % 500 = 0 then 'Olga Operator' else 'schedule' end,
              {At("i", $"{Runs}")}, case when i > {Runs} - 2 then null else {At("i", $"{Runs}")} + 4000 end, i % 300, i % 200, i % 190, i % 60, i % 20, i % 150, i % 9, i % 5, i % 3, i % 12
            from n order by i
            """;
        yield return $"""
            {Numbers($"{Runs * 3}")} insert into run_log (run_id, connection_id, at, level, code, message)
            select 1 + i % {Runs}, 1 + i % 2, {At("i", $"{Runs * 3}")}, case when i % 211 = 0 then 'error' when i % 53 = 0 then 'warning' else 'info' end,
              case when i % 2 = 0 then 'hubspot.rate_limited' else 'salesforce.limit_near' end, 'The CRM asked us to wait; the batch goes on by itself.' from n order by i
            """;
        yield return $"""
            {Numbers($"{Runs * 3}")} insert into batch (kind, connection_id, run_id, status, size, attempt, not_before, error_code, error_message, created_at, finished_at)
            select case i % 3 when 0 then 'scan' when 1 then 'classify' else 'write' end, 1 + i % 2, 1 + i % {Runs}, case when i % 251 = 0 then 'discarded' else 'completed' end, 1 + i % 200, 1,
              {At("i", $"{Runs * 3}")}, case when i % 251 = 0 then 'salesforce.field_missing' end, case when i % 251 = 0 then 'The field CrmSync_Stage__c is missing on Task; run crmsync setup for Salesforce US.' end,
              {At("i", $"{Runs * 3}")}, {At("i", $"{Runs * 3}")} + 3000 from n order by i
            """;
    }

    private static IEnumerable<string> Records()
    {
        yield return $"""
            {Numbers("400")} insert into crm_owner (connection_id, external_id, name, email, active, team, region, first_seen_at, changed_at)
            select 1 + i % 2, cast(1000 + i as text), 'Rep ' || i, 'rep' || i || '@example.com', 1, 'Team ' || (i % 12), case i % 3 when 0 then 'EMEA' when 1 then 'AMER' else 'APAC' end, @now - @year, @now - @year from n order by i
            """;
        yield return """
            insert into crm_stage (connection_id, pipeline_external_id, external_id, pipeline_name, name, position, is_closed, is_won, probability, first_seen_at, changed_at)
            select c.id, 'p1', s.external_id, 'Sales', s.name, s.position, s.is_closed, s.is_won, s.probability, @now - @year, @now - @year
            from connection c cross join (
              select 'appointment' as external_id, 'Discovery' as name, 1 as position, 0 as is_closed, 0 as is_won, 0.1 as probability
              union all select 'demo', 'Demo', 2, 0, 0, 0.3 union all select 'negotiation', 'Negotiation', 3, 0, 0, 0.6
              union all select 'closedwon', 'Closed Won', 4, 1, 1, 1.0 union all select 'closedlost', 'Closed Lost', 5, 1, 0, 0.0) s
            """;
        yield return $"""
            {Numbers("@deals / 2 + 1")} insert into crm_company (connection_id, object_type, external_id, name, domain, industry, employees, region, owner_external_id, crm_created_at, crm_modified_at, first_seen_at, changed_at)
            select 1 + i % 2, case i % 2 when 0 then 'companies' else 'Account' end, cast(500000 + i as text), 'Company ' || i, 'c' || i || '.example.com', 'Logistics', 10 + i % 900,
              'EMEA', cast(1000 + i % 400 as text), {At("i", "(@deals / 2 + 1)")}, @now, @now, @now from n order by i
            """;
        yield return $"""
            {Numbers("@deals")} insert into crm_person (connection_id, object_type, external_id, name, email, company_external_id, crm_created_at, crm_modified_at, first_seen_at, changed_at)
            select 1 + i % 2, case i % 2 when 0 then 'contacts' else 'Contact' end, cast(700000 + i as text), 'Person ' || i, 'p' || i || '@example.com', cast(500000 + i % (@deals / 2 + 1) as text),
              {At("i", "@deals")}, @now, @now, @now from n order by i
            """;
        yield return $"""
            {Numbers("@deals")} insert into crm_deal (connection_id, object_type, external_id, name, pipeline_external_id, stage_external_id, amount, currency, close_date, is_closed, is_won, owner_external_id,
              crm_created_at, crm_modified_at, first_seen_at, changed_at)
            select 1 + i % 2, case i % 2 when 0 then 'deals' else 'Opportunity' end, cast(900000 + i as text), 'Deal ' || i, 'p1',
              case {Dice("i", 1, 5)} when 0 then 'appointment' when 1 then 'demo' when 2 then 'negotiation' when 3 then 'closedwon' else 'closedlost' end, 1000 + i % 90000, 'EUR',
              '2026-' || case when {Dice("i", 2, 12)} < 9 then '0' else '' end || (1 + {Dice("i", 2, 12)}) || '-15', case when {Dice("i", 1, 5)} > 2 then 1 else 0 end, case when {Dice("i", 1, 5)} = 3 then 1 else 0 end,
              cast(1000 + i % 400 as text), {At("i", "@deals")}, @now, @now, @now from n order by i
            """;
        yield return "insert into crm_deal_stage (deal_id, entered_at, stage_external_id) select id, crm_created_at, 'appointment' from crm_deal union all select id, crm_created_at + 86400000, stage_external_id from crm_deal";
        yield return "insert into crm_deal_link (deal_id, role, object_type, external_id) select id, 'company', case id % 2 when 0 then 'companies' else 'Account' end, cast(500000 + id % (@deals / 2 + 1) as text) from crm_deal";
    }

    private static IEnumerable<string> Activities()
    {
        var type = $"case when {Dice("i", 3, 100)} < 35 then 'call' when {Dice("i", 3, 100)} < 70 then 'email' when {Dice("i", 3, 100)} < 80 then 'meeting' when {Dice("i", 3, 100)} < 90 then 'note' else 'task' end";
        yield return $"""
            {Numbers("@rows")} insert into activity (connection_id, object_type, external_id, type, evidence, owner_external_id, occurred_at, crm_created_at, crm_modified_at, content_hash, status, waits_until, dead_code, dead_message,
              run_id, first_seen_at, content_changed_at)
            select case when i % 5 < 3 then 1 else 2 end, case when i % 5 < 3 then {type} || 's' else 'Task' end, cast(40000000 + i as text), {type}, '{Brace}"direction":"Outbound","status":"COMPLETED"{Close}',
              cast(1000 + i % 400 as text), {At("i", "@rows")}, {At("i", "@rows")}, {At("i", "@rows")}, 'h' || i,
              case {Dice("i", 4, 2_000)} when 0 then 'dead' when 1 then 'waiting' else 'decided' end, case {Dice("i", 4, 2_000)} when 1 then @now + @year end,
              case {Dice("i", 4, 2_000)} when 0 then 'text.too_long' end, case {Dice("i", 4, 2_000)} when 0 then 'The text is longer than can be read.' end,
              {RunOf("i")}, {At("i", "@rows")} + 5000, {At("i", "@rows")} + 5000
            from n order by i
            """;
        yield return $"""
            {Numbers("@rows")} insert into activity_text (activity_id, subject, body)
            select i, case {Dice("i", 5, 6)} when 0 then 'Call about the offer' when 1 then 'Re: offer ' || i when 2 then 'Demo of the planner' when 3 then 'Follow-up with procurement' when 4 then 'Contract terms' else 'Intro' end,
              'Hello Jonas,' || char(10) || 'thank you for the talk about order ' || i || '. ' ||
              case {Dice("i", 6, 4)} when 0 then 'We agreed on the next steps and I send the offer on Thursday. ' when 1 then 'The price is above their budget of this year, so procurement asks for better terms. '
                when 2 then 'They want to see the planner with their own data before they decide. ' else 'Nobody answered; I try again next week. ' end ||
              case when {Dice("i", 7, 100_000)} = 0 then 'They compare us with Zeppelin. ' else '' end ||
              case when i % (@deals / 2 + 1) % 25 = 0 then {Planted} else '' end ||
              'The project lead and two people of operations were there, and asked about the roll-out in three sites, the support hours and the import of old data.' || char(10) || 'Best regards' || char(10) || 'Rep ' || (i % 400)
            from n order by i
            """;
        yield return """
            insert into activity_link (activity_id, role, object_type, external_id)
            select id, 'deal', case connection_id when 1 then 'deals' else 'Opportunity' end, cast(900000 + 1 + id % @deals as text) from activity
            """;
        yield return """
            insert into activity_link (activity_id, role, object_type, external_id)
            select id, 'company', case connection_id when 1 then 'companies' else 'Account' end, cast(500000 + id % (@deals / 2 + 1) as text) from activity
            """;
    }

    private static IEnumerable<string> Writes()
    {
        yield return """
            insert into decision (activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash, decided_at, superseded_at)
            select id, 'engagement', '1', 'nd', 'decided', 0.61, 'rules', 'rules-1', 'A calendar placeholder with no sign that it took place.', '[]', 'h' || id, occurred_at + 5500, occurred_at + 6000
            from activity where status = 'decided' and id % 10 = 0 order by id
            """;
        foreach (var (taxonomy, salt, label, abstains) in new[]
        {
            ("engagement", 11, $"case when {Dice("id", 11, 100)} < 45 then 'engaged' when {Dice("id", 11, 100)} < 87 then 'not-engaged' else 'nd' end", 99),
            ("stage", 12, $"case when {Dice("id", 12, 100)} < 12 then 'discovery' when {Dice("id", 12, 100)} < 20 then 'demo' when {Dice("id", 12, 100)} < 28 then 'negotiation' when {Dice("id", 12, 100)} < 40 then 'follow-up' when {Dice("id", 12, 100)} < 43 then 'closed-won' else 'closed-lost' end", 45),
        })
        {
            yield return $"""
                insert into decision (activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash, decided_at)
                select id, '{taxonomy}', '1', case when {Dice("id", salt, 100)} >= {abstains} then null else {label} end,
                  case when {Dice("id", salt, 100)} >= {abstains} then 'abstained' when {Dice("id", salt + 10, 100)} < 5 then 'unsure' else 'decided' end,
                  case when {Dice("id", salt + 10, 100)} < 5 then 0.4 else 0.62 end + 0.0003 * {Dice("id", salt + 20, 1_000)}, case when {Dice("id", salt + 30, 10)} < 6 then 'rules' else 'model' end, 'rules-1',
                  'Both sides spoke on the call.', '[{Brace}"rule":"call-both-spoke","sentence":"Both sides spoke on the call.","start":0,"length":4{Close}]', 'h' || id, occurred_at + 6000
                from activity where status = 'decided' order by id
                """;
        }
        yield return $"""
            insert into intent (connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, run_id, value, status, value_before, value_after, actor, code, attempt, created_at, updated_at, edit_seen_at)
            select a.connection_id, a.object_type, a.external_id,
              case when d.taxonomy = 'engagement' then case a.connection_id when 1 then 'trueai_engaged' else 'TrueAI_Engaged__c' end else case a.connection_id when 1 then 'crmsync_stage' else 'CrmSync_Stage__c' end end,
              d.taxonomy, a.id, d.id, a.run_id, upper(replace(d.label, '-', ' ')), {Outcome("d.id")},
              case when {Outcome("d.id")} = 'kept' then 'Discovery' end, case {Outcome("d.id")} when 'applied' then upper(replace(d.label, '-', ' ')) when 'kept' then 'Discovery' end,
              case when {Outcome("d.id")} = 'kept' then case when d.id % 10 < 6 then 'human' when d.id % 10 < 9 then 'automation' else 'unknown' end end, case {Outcome("d.id")} when 'kept' then 'write.not_ours' when 'rejected' then 'hubspot.option_missing' end, 1, d.decided_at + 100, d.decided_at + 2000,
              case when {Outcome("d.id")} = 'kept' and d.id % 10 < 6 then d.decided_at + 9000 end
            from decision d join activity a on a.id = d.activity_id where d.status = 'decided' and d.superseded_at is null order by d.id
            """;
        yield return """
            insert into outcome (intent_id, status, at, code, message, remote_message, correlation_id, value_before, value_after)
            select id, status, updated_at, code, case status when 'rejected' then 'The CRM does not accept this value for the property; run crmsync setup to add the missing option.' end, case status when 'rejected' then 'INVALID_OPTION' end,
              'c0ffee-' || id, value_before, value_after from intent where status <> 'pending' order by id
            """;
    }

    private static IEnumerable<string> Rest()
    {
        yield return $"""
            {Numbers("@rows / 50 + 1")} insert into correction (activity_id, taxonomy, label, content_hash, source, actor, former_label, former_status, former_by, created_at)
            select i * 40 % @rows + 1, case i % 2 when 0 then 'engagement' else 'stage' end, case i % 2 when 0 then 'engaged' else 'demo' end, 'h' || (i * 40 % @rows + 1), 'console', 'Remy Reviewer', null, 'abstained', 'rules', {At("i", "(@rows / 50 + 1)")} from n order by i
            """;
        yield return $"""
            {Numbers("@rows / 20 + 1")} insert into audit (at, actor, action, subject, before, after, reason)
            select {At("i", "(@rows / 20 + 1)")}, case i % 3 when 0 then 'Olga Operator' when 1 then 'Ada Admin' else 'Remy Reviewer' end, case i % 4 when 0 then 'act.undo' when 1 then 'review.correct' when 2 then 'connection.mode' else 'schedule.change' end,
              'activity/' || i, 'before', 'after', case i % 5 when 0 then 'a wrong rule' end from n order by i
            """;
        yield return $"""
            {Numbers("4000")} insert into completeness (run_id, connection_id, object_type, from_at, to_at, state, crm_count, ledger_count, missing, sentence, started_at, finished_at)
            select 1, 1 + i % 2, case i % 2 when 0 then 'calls' else 'Task' end, 0, {At("i", "4000")}, 'complete', 120000, 120000, 0, 'Complete.', {At("i", "4000")}, {At("i", "4000")} from n order by i
            """;
        yield return $"""
            {Numbers("40")} insert into alert (key, kind, connection_id, state, sentence, fix, since_at, checked_at)
            select 'watch/' || i, 'schedule', 1, case when i < 3 then 'broken' else 'fine' end, 'A schedule has not fired for an hour.', 'Look at the Jobs page.', @now - 7200000, @now from n order by i
            """;
        yield return $"{Numbers("8000")} insert into alert_event (alert_id, state, sentence, at) select 1 + i % 40, case i % 2 when 0 then 'fine' else 'broken' end, 'A schedule has not fired for an hour.', {At("i", "8000")} from n order by i";
        yield return $"{Numbers("1300")} insert into quota_day (connection_key, slot_at, used) select case i % 2 when 0 then 'hubspot-main' else 'salesforce-main' end, (@now / 900000 - i / 2) * 900000, 40 + i % 90 from n order by i";
        yield return $"{Numbers("365")} insert into hosted_day (day_at, calls, prompt_tokens, completion_tokens, cost_micros, updated_at) select (@now / 86400000 - i + 1) * 86400000, 900, 800000, 50000, 900000, @now from n order by i";
    }

    // The first third came by one backfill, the rest by polls.
    private static string RunOf(string i) => $"(case when {i} * 3 < @rows then 1 else 2 + {i} % {Runs - 2} end)";

    private static string Outcome(string id) =>
        $"(case when {Dice(id, 13, 200)} < 176 then 'applied' when {Dice(id, 13, 200)} < 188 then 'unchanged' when {Dice(id, 13, 200)} < 194 then 'kept' when {Dice(id, 13, 200)} < 196 then 'rejected' when {Dice(id, 13, 200)} < 198 then 'superseded' else 'pending' end)";

    private const string Brace = "{";
    private const string Close = "}";
}
