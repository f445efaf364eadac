using System.Data.Common;
using Dapper;

namespace CrmSync.IntegrationTests.Console;

/// <summary>Fills a ledger as a few busy hours would, the same for the same seed. All people and companies are invented.</summary>
internal sealed class LedgerSeed(DbConnection db, DateTimeOffset now, int seed = 7)
{
    private static readonly (string Type, string Subject, string Body, string Evidence, string? Stage, string Engagement, string Rule)[] Samples =
    [
        ("call", "Call with Mireille Astor", "<p>Spoke with Mireille for about 40 minutes. They run nine legal entities and every invoice arrives on paper.</p><p>Next: send the security overview, demo on Thursday &amp; loop in IT.</p>",
            """{"direction":"Outbound","disposition":"Connected","status":"COMPLETED","duration":"00:41:10"}""", "discovery", "engaged", "call-both-spoke"),
        ("email", "Re: Thursday works for us", "Hi Tom,\n\nThursday 10:00 works. Paul from IT will join, he wants to see the approval screen.\n\nRegards,\nInes\n\nInes Calder\nHead of Finance, Brackwater Foods\n+44 20 7946 0000\n\nOn 12 Nov Tom Ashby wrote:\n> Would Thursday suit you for the walk-through?\n\nThis message is confidential and intended only for the addressee.",
            """{"direction":"Inbound"}""", "follow-up", "engaged", "inbound-human-reply"),
        ("meeting", "Demo: approvals and month-end", "Showed the approval screen to Ines and Paul. They liked the mobile view, asked how exports to the ledger work. Price came up briefly at the end.",
            """{"outcome":"COMPLETED","startsAt":"2026-11-20T10:00:00+00:00","endsAt":"2026-11-20T10:45:00+00:00"}""", "demo", "engaged", "meeting-took-place"),
        ("note", "Terms", "They want 12 % off and net 60, we offered 8 % for two years. Legal argues the liability cap; answer by Friday.", "{}", "negotiation", "engaged", "terms-discussed"),
        ("task", "[Outreach] [Email] [Out] 2 Re: AP across 7 entities?", "Hi Renata,\n\nJust floating this to the top of your inbox. Worth 15 min next week?\n\nJonas Beck\nTallyfern\n\nUnsubscribe: https://t.tallyfern.example/u/8f3a",
            """{"status":"COMPLETED","subtype":"EMAIL"}""", null, "not-engaged", "sequence-step"),
        ("call", "Call", "", """{"direction":"Outbound","disposition":"No answer","status":"NO_ANSWER"}""", null, "not-engaged", "call-not-answered"),
        ("email", "Signed order form", "Hello Jonas,\n\nplease find the signed order form attached. We start on 1 December.\n\nBest\nRenata Voss", """{"direction":"Inbound"}""", "closed-won", "engaged", "order-signed"),
        ("meeting", "HOLD: intro", "", """{"outcome":"SCHEDULED"}""", null, "nd", "bare-placeholder"),
    ];

    private readonly Random _random = new(seed);
    private DbTransaction? _transaction;

    public static string HostileSubject => "\u202Egnp.exe<script>alert(1)</script>\"'";

    public static string HostileBody => "<img src=x onerror=alert(2)></div></main><script>alert(3)</script> \u202E\u202Ereversed \u200B" + new string('W', 10_000);

    public async Task ConnectionsAsync(string firstMode = "on")
    {
        await RunAsync("insert into connection (id, key, kind, name, write_mode, backfill_from_at, created_at) values (1, 'hubspot-main', 'hubspot', 'HubSpot Europe', @mode, 0, @at), (2, 'salesforce-main', 'salesforce', 'Salesforce US', 'on', 0, @at)", new { mode = firstMode, at = Ms(now.AddDays(-2)) });
        foreach (var (connection, type, behind) in new[] { (1, "calls", 12), (1, "emails", 9), (1, "meetings", 14), (1, "notes", 11), (1, "tasks", 12), (2, "Event", 38), (2, "Task", 41) })
            await RunAsync(
                "insert into watermark (connection_id, object_type, at, fresh_to_at, updated_at) values (@connection, @type, @mark, @fresh, @at)",
                new { connection, type, mark = Ms(now.AddSeconds(-behind - 180)), fresh = Ms(now.AddSeconds(-behind)), at = Ms(now.AddSeconds(-behind + 4)) });
        await RunAsync("insert into node (id, name, started_at, seen_at) values (1, 'node-1', @start, @seen)", new { start = Ms(now.AddHours(-3)), seen = Ms(now.AddSeconds(-4)) });
        await RunAsync(
            """
            insert into run (id, kind, connection_id, status, requested_by, started_at, finished_at, seen, stored, labelled, abstained, unsure, applied, rejected, requests)
            values (1, 'backfill', 1, 'completed', 'command line', @start, @end, 5210, 4998, 8120, 1604, 272, 8007, 3, 311),
                   (2, 'poll_settled', 2, 'completed', 'schedule', @later, @later, 44, 12, 20, 3, 1, 20, 0, 4),
                   (3, 'poll_fresh', 1, 'running', 'schedule', @recent, null, 7, 3, 2, 0, 0, 0, 0, 3)
            """,
            new { start = Ms(now.AddHours(-2)), end = Ms(now.AddHours(-1.9)), later = Ms(now.AddMinutes(-6)), recent = Ms(now.AddSeconds(-3)) });
        await RunAsync("insert into batch (id, kind, connection_id, run_id, status, size, not_before, created_at) values (1, 'scan', 1, 3, 'running', 0, @at, @at), (2, 'classify', 1, 3, 'available', 120, @at, @at)", new { at = Ms(now.AddSeconds(-3)) });
    }

    /// <summary>What a run was asked.</summary>
    public Task ArgumentsAsync(long run, string arguments) => RunAsync("update run set arguments = @arguments where id = @run", new { run, arguments });

    /// <summary>A schedule of the configuration and one that a person made and held.</summary>
    public Task SchedulesAsync() => RunAsync(
        """
        insert into schedule (id, key, kind, connection_id, recurrence, zone, enabled, last_fired_at, created_at, updated_at, name, created_by, paused_at, paused_by, pause_reason, resume_at)
        values (1, 'hubspot-main/poll-fresh', 'poll_fresh', 1, 'every 15s', 'UTC', 1, @fired, @fired, @fired, '', null, null, null, null, null),
               (2, 'salesforce-main/nightly', 'reconcile', 2, '30 2 * * *', 'Europe/Berlin', 0, null, @fired, @fired, @name, 'Test Admin', @fired, 'Test Admin', @why, @end)
        """,
        new { fired = Ms(now.AddSeconds(-9)), name = "Nightly <i>check</i>", why = "<script>alert(12)</script>", end = Ms(now.AddHours(8)) });

    /// <summary>What comparisons with the CRM found.</summary>
    public Task ComparisonsAsync() => RunAsync(
            """
            insert into completeness (run_id, connection_id, object_type, from_at, to_at, state, crm_count, ledger_count, missing, sentence, started_at, finished_at)
            values (1, 1, 'calls', 0, @at, 'complete', 12345, 12345, 0, 'calls: complete as of 2026-11-20 02:23 UTC, 12,345 activities.', @at, @at),
                   (1, 1, 'notes', 0, @at, 'incomplete', 90, 88, 2, 'notes: not complete as of 2026-11-20 02:23 UTC; of 90 activities 2 are not in the ledger.', @at, @at)
            """,
            new { at = Ms(now.AddHours(-5)) });

    /// <summary>Activities spread over the hours before now, newest last; every one decided for both taxonomies and, mostly, written.</summary>
    public async Task ActivitiesAsync(int count, TimeSpan span)
    {
        await using var transaction = await db.BeginTransactionAsync();
        _transaction = transaction;
        for (var id = 1; id <= count; id++)
            await ActivityAsync(id, now - span * (1 - Math.Pow((double)id / count, 0.5)) - TimeSpan.FromSeconds(3));
        await transaction.CommitAsync();
        _transaction = null;
    }

    public async Task ProblemsAsync()
    {
        await RunAsync("insert into run_log (id, run_id, connection_id, at, level, code, message) values (1, 2, 2, @at, 'warning', 'salesforce.limit_near', 'Salesforce says that 81 % of the day''s API requests are used; polling slows down until 23:00 UTC.'), (2, 1, 1, @before, 'warning', 'hubspot.rate_limited', 'HubSpot asked us to wait 4 s; the batch goes on by itself.')", new { at = Ms(now.AddMinutes(-9)), before = Ms(now.AddMinutes(-52)) });
        await RunAsync("insert into batch (id, kind, connection_id, run_id, status, size, attempt, not_before, error_code, error_message, created_at, finished_at) values (3, 'write', 2, 2, 'discarded', 12, 6, @at, 'salesforce.field_missing', 'The field CrmSync_Stage__c is missing on Task; run crmsync setup for Salesforce US.', @at, @at)", new { at = Ms(now.AddMinutes(-75)) });
    }

    public async Task HostileAsync(long id)
    {
        await RunAsync("insert into activity (id, connection_id, object_type, external_id, type, evidence, owner_external_id, occurred_at, crm_created_at, crm_modified_at, content_hash, status, first_seen_at, content_changed_at) values (@id, 1, 'notes', @external, 'note', @evidence, '<b>7', @at, @at, @at, 'h', 'decided', @at, @at)",
            new { id, external = $"<i>{id}", evidence = """{"status":"<script>alert(4)</script>","odd":{"x":[1]}}""", at = Ms(now) });
        await RunAsync("insert into activity_text (activity_id, subject, body) values (@id, @subject, @body)", new { id, subject = HostileSubject, body = HostileBody });
        await RunAsync("insert into activity_link (activity_id, role, object_type, external_id) values (@id, 'contact', 'contacts', '<u>9')", new { id });
        await RunAsync("insert into decision (id, activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash, decided_at) values (@id, @id, 'engagement', '1', '<s>engaged', 'decided', 0.5, '<b>rules', 'v', '<script>alert(5)</script>', @evidence, 'h', @at)",
            new { id, evidence = """[{"rule":"<script>","sentence":"<script>alert(6)</script>","start":-5,"length":99999999},{"rule":"r","start":2147483000,"length":2147483000}]""", at = Ms(now) });
        await RunAsync("insert into intent (id, connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, value, status, value_before, value_after, code, created_at, updated_at) values (@id, 1, 'notes', '<i>x', '<p>', 'engagement', @id, @id, '<script>alert(7)</script>', 'rejected', '<script>alert(8)</script>', '\"><script>', '<script>', @at, @at)", new { id, at = Ms(now) });
        await RunAsync("insert into outcome (id, intent_id, status, at, code, message, remote_message, correlation_id) values (@id, @id, 'rejected', @at, '<script>', '<script>alert(9)</script>', '<script>alert(10)</script>', '<script>')", new { id, at = Ms(now) });
    }

    /// <summary>The hosted model's answer about an activity, with a hostile sentence, and a question that waits.</summary>
    public async Task HostedAsync(long activity)
    {
        await RunAsync("update decision set decided_by = 'hosted', prompt_tokens = 812, completion_tokens = 55, cost_micros = 413 where activity_id = @activity and taxonomy = 'engagement'", new { activity });
        await RunAsync("insert into hosted_reason (decision_id, sentence) select id, '<script>alert(11)</script> They asked for a price.' from decision where activity_id = @activity and taxonomy = 'engagement'", new { activity });
        await RunAsync("insert into hosted_day (day_at, calls, prompt_tokens, completion_tokens, cost_micros, updated_at) values (@day, 321, 98765, 4321, 1234567, @day)", new { day = Ms(new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero)) });
        await RunAsync("insert into ask (connection_id, activity_id, taxonomy, taxonomy_version, content_hash, text_hash, confidence, status, not_before, code, message, created_at) values (1, @activity, 'stage', '1', 'h1', 't', 0.4, 'open', @next, 'hosted.over_budget', 'The day''s budget for the hosted model is spent.', @at)",
            new { activity, next = Ms(now.AddHours(3)), at = Ms(now) });
    }

    /// <summary>Companies of the first connection, numbered from 1 here and in the CRM.</summary>
    public async Task CompaniesAsync(IReadOnlyList<string> names)
    {
        for (var at = 0; at < names.Count; at++)
            await RunAsync(
                "insert into crm_company (id, connection_id, object_type, external_id, name, name_key, crm_created_at, crm_modified_at, first_seen_at, changed_at) values (@id, 1, 'companies', @external, @name, @key, @at, @at, @at, @at)",
                new { id = at + 1, external = $"{at + 1}", name = names[at], key = names[at].ToLowerInvariant(), at = Ms(now) });
    }

    /// <summary>Takes the text of an activity away, as an erasure does.</summary>
    public Task EraseAsync(long activity) =>
        RunAsync("delete from activity_text where activity_id = @activity; update activity set status = 'erased', evidence = '{}' where id = @activity", new { activity });

    /// <summary>A search for segments by a run; null for one without a result.</summary>
    public async Task SegmentSearchAsync(long run, long? segments)
    {
        await RunAsync("insert into segment_search (run_id, seed, stage, share, activities, at) values (@run, 1, 'reading', 0.429, 12345, @at)", new { run, at = Ms(now) });
        if (segments is not null)
            await RunAsync(
                "insert into segment_model (run_id, fitted_at, seed, accounts, activities, segments, remarks, content) values (@run, @at, 1, 812, 12345, @segments, @remarks, null)",
                new { run, at = Ms(now), segments, remarks = """["A remark <b>of</b> the search."]""" });
    }

    /// <summary>What edits in the CRM suggest about companies 70 to 73.</summary>
    public Task SegmentEditsAsync() => RunAsync(
        "insert into segment_constraint (kind, state, first_id, second_id, source, actor, at) values ('must', 'candidate', 70, 71, 'crm', 'crm', @at), ('cannot', 'candidate', 72, 73, 'crm', 'crm', @at)",
        new { at = Ms(now) });

    /// <summary>Deals of three reps in two currencies, on which the activities hang in turn; the last deal's texts are hostile. Nothing is compared yet.</summary>
    public async Task DealsAsync(int count)
    {
        await RunAsync(
            """
            insert into crm_stage (connection_id, pipeline_external_id, external_id, pipeline_name, name, position, is_closed, is_won, probability, first_seen_at, changed_at)
            values (1, 'default', 's1', 'Sales', 'Discovery', 0, 0, 0, 0.2, @at, @at), (1, 'default', 's2', 'Sales', 'Negotiation', 1, 0, 0, 0.7, @at, @at),
              (1, 'default', 's3', 'Sales', 'Closed Won', 2, 1, 1, 1, @at, @at), (1, 'default', 's4', 'Sales', @hostile, 3, 0, 0, null, @at, @at);
            insert into crm_owner (connection_id, external_id, name, email, active, team, region, first_seen_at, changed_at)
            values (1, '1', 'Ada Thorn', 'ada@tallyfern.example', 1, 'North', 'EMEA', @at, @at), (1, '2', 'Tom Ashby', 'tom@tallyfern.example', 1, 'North', 'EMEA', @at, @at),
              (1, '3', @hostile, 'x@tallyfern.example', 1, @hostile, @hostile, @at, @at);
            """,
            new { at = Ms(now.AddDays(-200)), hostile = HostileSubject });
        for (var id = 1; id <= count; id++)
        {
            var stage = id == count ? "s4" : $"s{1 + id % 3}";
            await RunAsync(
                """
                insert into crm_deal (id, connection_id, object_type, external_id, name, pipeline_external_id, stage_external_id, amount, currency, close_date, is_closed, is_won, owner_external_id,
                  crm_created_at, crm_modified_at, first_seen_at, changed_at)
                values (@id, 1, 'deals', @external, @name, 'default', @stage, @amount, @currency, '2026-12-31', 0, 0, @owner, @at, @at, @at, @at);
                insert into crm_deal_stage (deal_id, entered_at, stage_external_id) values (@id, @at, @stage);
                insert into activity_link (activity_id, role, object_type, external_id) select a.id, 'deal', 'deals', @external from activity a where a.connection_id = 1 and a.id % @count = @id - 1;
                """,
                new
                {
                    id, external = $"{900_000 + id}", name = id == count ? HostileSubject + new string('W', 3_000) : $"Deal {id}", stage, amount = id * 1_000.5, currency = id % 4 == 0 ? "USD" : "EUR",
                    owner = id == count ? "3" : $"{1 + id % 2}", at = Ms(now.AddDays(-90)), count,
                });
        }
    }

    public async Task<int> CountAsync(string table) => (int)await db.ExecuteScalarAsync<long>($"select count(*) from {table}");

    private async Task ActivityAsync(long id, DateTimeOffset at)
    {
        var sample = Samples[_random.Next(Samples.Length)];
        var connection = _random.Next(5) < 3 ? 1 : 2;
        var objectType = connection == 2 ? (sample.Type == "meeting" ? "Event" : "Task") : sample.Type == "note" ? "notes" : sample.Type + "s";
        var external = connection == 2 ? $"00T5f00000{id:D8}" : $"{40_000_000 + id}";
        await RunAsync("insert into activity (id, connection_id, object_type, external_id, type, evidence, owner_external_id, occurred_at, crm_created_at, crm_modified_at, content_hash, status, run_id, first_seen_at, content_changed_at) values (@id, @connection, @objectType, @external, @Type, @Evidence, '77', @at, @at, @at, 'h' || @id, 'decided', 1, @seen, @seen)",
            new { id, connection, objectType, external, sample.Type, sample.Evidence, at = Ms(at.AddMinutes(-1)), seen = Ms(at) });
        await RunAsync("insert into activity_text (activity_id, subject, body) values (@id, @Subject, @Body)", new { id, sample.Subject, sample.Body });
        await RunAsync("insert into activity_link (activity_id, role, object_type, external_id) values (@id, 'contact', 'contacts', '5501'), (@id, 'company', 'companies', '8802')", new { id });
        var (start, length) = sample.Body.IndexOf("Thursday", StringComparison.Ordinal) is var found and >= 0 && !sample.Body.StartsWith('<') ? (sample.Subject.Length + 1 + found, 8) : (0, sample.Subject.Length);
        await DecideAsync(id, id * 2, connection, objectType, external, "engagement", sample.Engagement, sample.Rule, at.AddSeconds(1), start, length);
        await DecideAsync(id, id * 2 + 1, connection, objectType, external, "stage", sample.Stage, sample.Stage is null ? "no-definition" : sample.Rule, at.AddSeconds(1), start, length);
    }

    private async Task DecideAsync(long activity, long id, int connection, string objectType, string external, string taxonomy, string? label, string rule, DateTimeOffset at, int start, int length)
    {
        var confidence = 0.6 + _random.NextDouble() * 0.39;
        var status = label is null ? "abstained" : confidence < 0.63 ? "unsure" : "decided";
        var evidence = $$"""[{"rule":"{{rule}}","sentence":"{{Sentence(rule)}}","start":{{start}},"length":{{length}}},{"rule":"crm-fields","sentence":"The CRM's own fields agree."}]""";
        await RunAsync("insert into decision (id, activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash, decided_at) values (@id, @activity, @taxonomy, '1', @label, @status, @confidence, 'rules', 'rules-1', @reason, @evidence, 'h' || @activity, @at)",
            new { id, activity, taxonomy, label, status, confidence, reason = Sentence(rule), evidence, at = Ms(at) });
        if (status != "decided")
            return;
        var value = taxonomy == "engagement" ? label!.Replace('-', ' ').ToUpperInvariant() : string.Join(label == "follow-up" ? '-' : ' ', label!.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        var property = (taxonomy, connection) switch { ("engagement", 1) => "trueai_engaged", ("engagement", _) => "TrueAI_Engaged__c", (_, 1) => "crmsync_stage", _ => "CrmSync_Stage__c" };
        var dice = _random.Next(100);
        var outcome = dice switch { < 86 => "applied", < 92 => "unchanged", < 96 => "kept", < 97 => "rejected", < 98 => "superseded", < 99 when at > now.AddMinutes(-2) => "unknown", _ => at > now.AddMinutes(-1) ? "pending" : "applied" };
        var written = at.AddMilliseconds(900 + _random.Next(2000));
        var (before, after) = outcome switch { "applied" => (dice < 20 ? "Follow-Up" : null, value), "unchanged" => (value, value), "kept" => ("Discovery", "Discovery"), _ => ((string?)null, (string?)null) };
        if (taxonomy == "engagement" && before is not null && before != value)
            (before, after) = ("NOT ENGAGED", outcome == "kept" ? "NOT ENGAGED" : value);
        var code = outcome switch { "kept" => "write.not_ours", "rejected" => connection == 1 ? "hubspot.invalid_option" : "salesforce.validation", "unknown" => "write.timeout", _ => null };
        await RunAsync("insert into intent (id, connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, run_id, value, status, value_before, value_after, actor, code, attempt, created_at, updated_at) values (@id, @connection, @objectType, @external, @property, @taxonomy, @activity, @id, 1, @value, @outcome, @before, @after, @actor, @code, 1, @at, @written)",
            new { id, connection, objectType, external, property, taxonomy, activity, value, outcome, before, after, actor = outcome == "kept" ? "human" : null, code, at = Ms(at), written = Ms(written) });
        if (outcome == "pending")
            return;
        var (message, remote) = outcome switch
        {
            "rejected" => ("The CRM does not accept this value for the property; run crmsync setup to add the missing option.", "Property values were not valid: [{\"isValid\":false,\"error\":\"INVALID_OPTION\"}]"),
            "unknown" => ("No answer came within 30 s; the record is read again.", null),
            _ => ((string?)null, (string?)null),
        };
        await RunAsync("insert into outcome (id, intent_id, status, at, code, message, remote_message, correlation_id, value_before, value_after) values (@id, @id, @outcome, @at, @code, @message, @remote, @correlation, @before, @after)",
            new { id, outcome, at = Ms(written), code, message, remote, correlation = $"c0ffee-{id:x8}", before, after });
    }

    private static string Sentence(string rule) => rule switch
    {
        "call-both-spoke" => "Both sides spoke on the call.",
        "inbound-human-reply" => "A person on the customer side wrote this reply.",
        "meeting-took-place" => "The meeting took place and the product was shown.",
        "terms-discussed" => "Terms and price are being argued about.",
        "sequence-step" => "A numbered step of a mail sequence; nobody answered.",
        "call-not-answered" => "The call was not answered.",
        "order-signed" => "The order form came back signed.",
        "bare-placeholder" => "A calendar placeholder with no sign that it took place.",
        _ => "None of the definitions covers it.",
    };

    private Task<int> RunAsync(string sql, object parameters) => db.ExecuteAsync(sql, parameters, _transaction);

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
