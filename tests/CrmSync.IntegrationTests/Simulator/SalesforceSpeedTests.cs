using System.Diagnostics;
using System.Text.Json;
using CrmSync.Simulator;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>
/// A simulator that is slower than the service under test would measure itself. The bounds are several times what is measured, so that a
/// busy machine does not fail them while a full scan or a sort per page does.
/// </summary>
public sealed class SalesforceSpeedTests(ITestOutputHelper output)
{
    private const int Tasks = 100_000;
    private const string Columns =
        "Id, Subject, Description, TaskSubtype, Type, Status, IsClosed, ActivityDate, CallType, CallDisposition, CallDurationInSeconds, WhoId, "
        + "Who.Type, Who.Name, WhatId, What.Type, What.Name, AccountId, OwnerId, CreatedDate, LastModifiedDate, LastModifiedById, SystemModstamp, IsArchived";

    [Fact]
    public async Task Query_HundredThousandTasks_GivesAPageInMilliseconds()
    {
        long loading = Stopwatch.GetTimestamp();
        await using SalesforceClient client = await SalesforceClient.StartAsync(SalesforceWorlds.Many(Tasks));
        output.WriteLine($"load {Stopwatch.GetElapsedTime(loading).TotalMilliseconds:F0} ms");

        (await MeasureAsync("keyset with LIMIT", () => KeysetAsync(client, limit: " LIMIT 2000"))).ShouldBeLessThan(500);
        (await MeasureAsync("keyset without LIMIT", () => KeysetAsync(client, limit: ""))).ShouldBeLessThan(1_000);
        (await MeasureAsync("locator", () => LocatorsAsync(client))).ShouldBeLessThan(500);
        (await MeasureAsync("200 ids", () => ByIdAsync(client))).ShouldBeLessThan(200);
    }

    private async Task<double> MeasureAsync(string name, Func<Task<List<double>>> readPages)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        List<double> times = await readPages();
        double processor = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / times.Count;
        double median = times.Order().ElementAt(times.Count / 2);
        output.WriteLine($"{name}: {times.Count} pages, median {median:F1} ms, worst {times.Max():F1} ms, processor {processor:F1} ms/page with its client");
        return median;
    }

    private static async Task<List<double>> KeysetAsync(SalesforceClient client, string limit)
    {
        List<double> times = [];
        string after = "SystemModstamp > 2020-01-01T00:00:00Z";
        int seen = 0;
        while (seen < Tasks)
        {
            (JsonElement page, double time) = await PageAsync(client, "queryAll?q=" + Uri.EscapeDataString(
                $"SELECT {Columns} FROM Task WHERE IsDeleted = false AND ({after}) AND SystemModstamp < 2026-12-01T00:00:00Z "
                + $"ORDER BY SystemModstamp ASC, Id ASC{limit}"));
            times.Add(time);
            JsonElement records = page.GetProperty("records");
            records.GetArrayLength().ShouldBePositive();
            seen += records.GetArrayLength();
            JsonElement last = records[records.GetArrayLength() - 1];
            string stamp = last.GetProperty("SystemModstamp").GetString()!.Replace("+0000", "Z", StringComparison.Ordinal);
            after = $"SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{last.GetProperty("Id").GetString()}')";
        }

        seen.ShouldBe(Tasks);
        return times;
    }

    private static async Task<List<double>> LocatorsAsync(SalesforceClient client)
    {
        List<double> times = [];
        string? next = "queryAll?q=" + Uri.EscapeDataString($"SELECT {Columns} FROM Task WHERE IsDeleted = false ORDER BY SystemModstamp, Id");
        while (next is not null)
        {
            (JsonElement page, double time) = await PageAsync(client, next);
            times.Add(time);
            next = page.TryGetProperty("nextRecordsUrl", out JsonElement url) ? url.GetString() : null;
        }

        times.Count.ShouldBe(Tasks / 2_000);
        return times;
    }

    private static async Task<List<double>> ByIdAsync(SalesforceClient client)
    {
        List<double> times = [];
        IReadOnlyList<SimulatedRecord> some = client.Simulator.ListActivities(30_000, 1_000);
        foreach (SimulatedRecord[] chunk in some.Chunk(200))
        {
            (JsonElement page, double time) = await PageAsync(client, "query?q=" + Uri.EscapeDataString(
                $"SELECT Id, Subject, SystemModstamp FROM Task WHERE Id IN ({string.Join(',', chunk.Select(record => $"'{record.Id}'"))})"));
            page.GetProperty("totalSize").GetInt32().ShouldBe(200);
            times.Add(time);
        }

        return times;
    }

    private static async Task<(JsonElement Page, double Milliseconds)> PageAsync(SalesforceClient client, string path)
    {
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, path);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        response.IsSuccessStatusCode.ShouldBeTrue();
        return (JsonDocument.Parse(bytes).RootElement, time);
    }
}
