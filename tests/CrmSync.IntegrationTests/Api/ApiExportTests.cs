using System.Text.Json;
using CrmSync.Pipeline.Access;
using CrmSync.Storage.Reading;
using Dapper;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Api;

/// <summary>Everything that matches, as files.</summary>
public sealed class ApiExportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("log", "outcome=applied", "intent where status = 'applied'")]
    [InlineData("activities", "type=call", "activity where type = 'call'")]
    [InlineData("decisions", "label=engagement", "decision where taxonomy = 'engagement'")]
    [InlineData("corrections", "", "correction")]
    [InlineData("left-out", "run=1", "act_left_out where run_id = 1")]
    public async Task Export_InBothFormats_HoldsEveryMatchOnce(string kind, string filter, string expected)
    {
        await using var host = await ApiHost.StartAsync(60, seed: async (db, _) =>
        {
            await db.ExecuteAsync("insert into correction (activity_id, taxonomy, label, content_hash, source, actor, created_at) values (1, 'engagement', 'nd', 'h1', 'console', 'ada', 5), (2, 'engagement', 'nd', 'h2', 'file', 'ada', 6)");
            await db.ExecuteAsync("insert into act (run_id, target, filter, up_to_id) values (1, 'intent', '', 9)");
            await db.ExecuteAsync("insert into act_left_out (run_id, subject_id, code, message) select 1, id, 'act.newer', 'A newer write of the same label exists.' from intent");
        });
        var key = await host.KeyAsync(ApiRole.Viewer);
        await using var reader = await host.Ledger.OpenReadAsync(Token);
        var count = await reader.ExecuteScalarAsync<int>($"select count(*) from {expected}");

        var csv = await ReadAsync(host, key, $"exports/{kind}?{filter}", "text/csv");
        var lines = await ReadAsync(host, key, $"exports/{kind}?format=jsonl&{filter}", "application/x-ndjson");

        count.ShouldBeGreaterThan(1);
        csv.Length.ShouldBe(count + 1);
        lines.Length.ShouldBe(count);
        var names = csv[0].Split(',');
        var rows = lines.Select(line => JsonElement.Parse(line)).ToList();
        rows[0].EnumerateObject().Select(property => property.Name).ShouldBe(names);
        rows.Select(row => row.GetProperty(names[kind == "left-out" ? 1 : 0]).GetString()).ShouldBeUnique();
    }

    [Fact]
    public async Task Export_CellsThatASpreadsheetWouldRun_AreInertInCsvAndPlainInJson()
    {
        string[] hostile = ["=HYPERLINK(\"http://evil.example\")", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx"];
        await using var host = await ApiHost.StartAsync(30, seed: async (db, _) =>
        {
            var ids = (await db.QueryAsync<long>("select id from intent order by id limit 6")).ToList();
            foreach (var (at, value) in hostile.Index())
                await db.ExecuteAsync("update intent set value = @value, target_id = @value where id = @id", new { value, id = ids[at] });
        });
        var key = await host.KeyAsync(ApiRole.Viewer);
        using var response = await host.SendAsync(HttpMethod.Get, "exports/log", key);
        var csv = await response.Content.ReadAsStringAsync(Token);
        var json = (await ReadAsync(host, key, "exports/log?format=jsonl", "application/x-ndjson")).Select(line => JsonElement.Parse(line).GetProperty("value").GetString()).ToList();

        foreach (var value in hostile)
        {
            csv.ShouldContain("'" + value.Replace("\"", "\"\"", StringComparison.Ordinal));
            csv.ShouldNotContain($",{value}");
            csv.ShouldNotContain($",\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}");
            json.ShouldContain(value);
        }
    }

    [Fact]
    public async Task Export_ActivityText_WithLineBreaksAndQuotes_IsOneRecord()
    {
        await using var host = await ApiHost.StartAsync(30);
        var key = await host.KeyAsync(ApiRole.Reviewer);
        var lines = await ReadAsync(host, key, "exports/activities?texts=true&type=email&format=jsonl", "application/x-ndjson");

        lines.Select(line => JsonElement.Parse(line).GetProperty("body").GetString()).ShouldContain(body => body!.Contains('\n'));
    }

    [Fact]
    public async Task Stream_WhileRowsAreAdded_EndsWithWhatWasThere()
    {
        await using var host = await ApiHost.StartAsync(60);
        var lists = new LedgerReader(host.Ledger, TimeProvider.System).Lists;
        var seen = 0;
        await foreach (var entry in lists.Log.StreamAsync(WriteLogFilter.All, Token))
        {
            entry.Id.ShouldBeGreaterThan(0);
            // A reader between two steps holds no transaction open: the writer goes on.
            if (seen++ == 0)
                await host.KeyAsync(ApiRole.Viewer);
        }
        await using var db = await host.Ledger.OpenReadAsync(Token);
        seen.ShouldBe(await db.ExecuteScalarAsync<int>("select count(*) from intent"));
    }

    private static async Task<string[]> ReadAsync(ApiHost host, string key, string path, string type)
    {
        using var response = await host.SendAsync(HttpMethod.Get, path, key);
        ((int)response.StatusCode).ShouldBe(200);
        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe(type);
        response.Content.Headers.ContentDisposition.ShouldNotBeNull().DispositionType.ShouldBe("attachment");
        return (await response.Content.ReadAsStringAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
