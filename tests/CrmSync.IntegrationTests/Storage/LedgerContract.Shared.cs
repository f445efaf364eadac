using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    /// <summary>
    /// Eight activities share two deals and are decided again and again, in any order, while writes are under way and end in every way. The CRM never goes
    /// back to an older activity's label, and once all is quiet each deal holds the label of its last activity.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task AnySequence_OnSharedRecords_TheLastActivityWins(int seed)
    {
        string[] values = ["ENGAGED", "ND", "NOT ENGAGED"];
        var random = new Random(seed);
        var labels = new Dictionary<int, string>();
        var versions = new Dictionary<int, int>();
        await PlaceAsync(OnDeals);
        ClaimedBatch? held = null;
        for (var step = 0; step < 40; step++)
        {
            switch (random.Next(4))
            {
                case 0 or 1:
                    var id = random.Next(8);
                    labels[id] = values[random.Next(3)];
                    versions[id] = versions.GetValueOrDefault(id) + 1;
                    await LabelOnAsync($"{id}", labels[id], hour: id, minute: versions[id], links: [Deal($"{id % 2}")]);
                    break;
                case 2 when held is null:
                    var made = (await GatherAsync(size: 1)).Where(batch => batch.Kind is BatchKind.Write).ToList();
                    held = made.Count is 0 ? null : await Ledger.ClaimAsync(made[random.Next(made.Count)].Id, "node-1", LedgerWorld.Lease, Token);
                    break;
                case 3 when held is not null:
                    await EndAsync(held, random.Next(4) switch { 0 => IntentStatus.Unchanged, 1 => IntentStatus.Pending, _ => IntentStatus.Applied });
                    held = null;
                    break;
            }
        }

        if (held is not null)
            await EndAsync(held, IntentStatus.Applied);
        for (var round = 0; round < 10; round++)
        {
            await GatherAsync(size: 1);
            foreach (var due in await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow().AddHours(1), 100, 100, Token))
                if (await Ledger.ClaimAsync(due.Id, "node-1", LedgerWorld.Lease, Token) is { } batch)
                    await EndAsync(batch, IntentStatus.Applied);
        }

        (await World.CountAsync("intent where status in ('pending', 'sending', 'unknown')")).ShouldBe(0);
        foreach (var deal in labels.Keys.GroupBy(id => id % 2))
        {
            var reached = await World.ListAsync<string>(
                $"select a.external_id || '=' || i.value from intent i join activity a on a.id = i.activity_id where i.target_id = '{deal.Key}' and i.status in ('applied', 'unchanged') order by i.id");
            reached.Select(row => row[0]).ShouldBeInOrder();
            reached[^1].ShouldBe($"{deal.Max()}={labels[deal.Max()]}");
        }
    }

    private async Task EndAsync(ClaimedBatch batch, IntentStatus status)
    {
        var intents = await Ledger.ReadIntentsAsync(batch.Id, Token);
        await World.CommitAsync(batch, new LedgerChange { Intents = [.. intents.Select(intent => Change(intent, IntentStatus.Sending))] });
        await World.CommitAsync(batch, new LedgerChange { Intents = [.. intents.Select(intent => Change(intent, status))], Ending = new BatchEnding.Completed() });
    }
}
