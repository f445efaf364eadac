using CrmSync.IntegrationTests.Testing;
using CrmSync.Simulator.Hosting;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>F3: the account's requests of the day are spent by others. Nothing is asked for until the day is over, and no try is lost by waiting.</summary>
public sealed class DaySpentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hubspot", "hubspot.daily_limited")]
    [InlineData("salesforce", "salesforce.daily_limited")]
    public async Task Day_SpentInMidRun_SendsNothingUntilItIsOverAndGoesOnThen(string kind, string code)
    {
        await using var house = new LastingFaultHouse();
        await house.InitializeAsync();
        var service = house.Service;
        var crm = service.Crms.All.Single(candidate => candidate.Kind == kind);
        var other = house.Other(crm);
        var mark = await house.MarkAsync(Token);
        LastingFaultHouse.DialsOf(crm).Turn("F3", new DialSetting());
        var mine = house.Add(crm);
        await house.IsSaidAsync(crm, code, mark, Token);
        await house.IsLabelledAsync(other, house.Add(other), Token);

        // While the other CRM's labels come and go, polls of this one fall due and are held back without asking.
        crm.Calls.Clear();
        for (var more = 0; more < 2; more++)
            await house.IsLabelledAsync(other, house.Add(other), Token);
        crm.Calls.Total.ShouldBe(0);
        var waiting = await service.AskAsync<(long NotBefore, long Attempt)>(
            "select b.not_before, b.attempt from batch b join connection c on c.id = b.connection_id where c.kind = @kind and b.status = 'scheduled'", new { kind }, Token);
        waiting.ShouldNotBeEmpty();
        waiting.ShouldAllBe(batch => batch.Attempt == 0);
        var now = TimeProvider.System.GetUtcNow();
        var opens = waiting.Select(batch => DateTimeOffset.FromUnixTimeMilliseconds(batch.NotBefore)).ToList();
        if (kind == "hubspot")
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
            opens.ShouldAllBe(at => TimeZoneInfo.ConvertTime(at, zone).TimeOfDay < TimeSpan.FromMinutes(1), "it goes on at the account's midnight");
        }
        opens.ShouldAllBe(at => at > now.AddMinutes(kind == "hubspot" ? 0 : 10));

        (await house.Host.TerminateAsync(Token)).ShouldBe(0, house.Host.Output);
        LastingFaultHouse.DialsOf(crm).Heal("F3");
        await LetTheDayPassAsync(service);
        await using var next = service.StartHost();
        await Eventually.IsTrueAsync(
            async () => !string.IsNullOrEmpty(LastingFaultHouse.Label(crm, mine)) && await service.IsSyncedAsync(Token),
            $"the next day's host finishes. It said: {next.Output}", LastingFaultHouse.Patience, Token);
    }

    // The program runs on the machine's clock, so the ledger is made to look as it will when that much time has passed.
    private static async Task LetTheDayPassAsync(ServiceUnderTest service)
    {
        await using var connection = new SqliteConnection($"Data Source={service.LedgerFile}");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            update batch set not_before = 0 where status = 'scheduled';
            update quota_notice set day_closed_until_at = 0, closed_until_at = 0;
            update quota_bucket set closed_until_at = 0;
            """;
        await command.ExecuteNonQueryAsync(Token);
    }
}
