using System.Data.Common;
using CrmSync.Simulator;
using Dapper;
using Shouldly;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>
/// Follows every write that a CRM took through its own history and the ledger's (I3, I4). The window between our read and our write cannot be closed on either CRM: a
/// person's value may be lost in it, and in it alone. The ledger has what the read saw, so the two cases can be told apart.
/// </summary>
internal static class WriteAudit
{
    // Both clocks are this machine's, but Salesforce's history is kept in whole seconds.
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);

    /// <summary>A request as the ledger announced it, with the value that was read before.</summary>
    public sealed record Send(long IntentId, DateTimeOffset At, string? Seen);

    /// <summary>What was found.</summary>
    /// <param name="Writes">Label values that the CRM took from us.</param>
    /// <param name="Lost">People's values that were set between our read and our write.</param>
    /// <param name="Stayed">Places where a person's value is the last word.</param>
    public sealed record Findings(int Writes, int Lost, int Stayed);

    public static async Task<ILookup<long, Send>> ReadSendsAsync(DbConnection connection, long connectionId) =>
        (await connection.QueryAsync<(long Id, long At, string? Seen)>(
            "select o.intent_id, o.at, o.value_before from outcome o join intent i on i.id = o.intent_id where i.connection_id = @connectionId and o.status = 'sending' order by o.id",
            new { connectionId }))
        .ToLookup(row => row.Id, row => new Send(row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Seen));

    public static Findings Check(ISimulatedCrm crm, IReadOnlyList<LabelPlaces> places, ILookup<long, Send> sends)
    {
        var (writes, lost, stayed) = (0, 0, 0);
        foreach (var place in places)
        {
            var announced = place.Intents.SelectMany(intent => sends[intent.Id]).OrderBy(send => send.At).ToList();
            var ours = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < place.History.Count; i++)
            {
                var change = place.History[i];
                if (change.By != "app")
                    continue;
                writes++;
                var send = announced.LastOrDefault(candidate => candidate.At <= change.At + Grain);
                send.ShouldNotBeNull($"I3: {crm.Kind} {place} took a write at {change.At:O} that the ledger had not announced");
                (string.IsNullOrEmpty(send.Seen) || ours.Contains(send.Seen)).ShouldBeTrue(
                    $"I4: {crm.Kind} {place} held '{send.Seen}', which was not ours, and '{change.Value}' was sent over it: {string.Join(" > ", place.History)}");
                if (i > 0 && place.History[i - 1] is { By: "person" } person && (person.Value ?? "") != (send.Seen ?? ""))
                    lost++;
                ours.Add(change.Value ?? "");
            }
            if (place.History is [.., { By: "person" }])
                stayed++;
        }
        return new Findings(writes, lost, stayed);
    }
}
