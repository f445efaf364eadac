using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Makes activities of records, whichever way they were read: words of dispositions, withheld mails, links. Thread-safe.</summary>
internal sealed class HubSpotHarvest(HubSpotAssociations associations, HubSpotDispositions dispositions, HubSpotMailBodies bodies)
{
    /// <summary>The activities of records, as a page without a position.</summary>
    /// <param name="type">Type of the records.</param>
    /// <param name="rows">The records.</param>
    /// <param name="linked">Whether they carry their links.</param>
    /// <param name="fallback">Instant for records whose own are unreadable.</param>
    /// <param name="token">Stops the call.</param>
    public async Task<Result<ScanPage>> GatherAsync(
        HubSpotObjectType type, IReadOnlyList<JsonElement> rows, bool linked, DateTimeOffset fallback, CancellationToken token)
    {
        var skipped = new Dictionary<string, int>();
        if (type.Type == ActivityType.Email)
        {
            var withheld = await bodies.AreWithheldAsync(type.Scan, rows, token);
            if (!withheld.Succeeded)
                return withheld.Failure;
            if (withheld.Value)
            {
                skipped[HubSpotMailBodies.Withheld] = rows.Count;
                rows = [];
            }
        }

        if (type.Type == ActivityType.Call && await LearnAsync(rows, token) is { } failure)
            return failure;
        var links = linked
            ? await associations.CompleteAsync(type.Name, rows, type.Scan.Linked, token)
            : await associations.ReadAsync(type.Name, [.. rows.Select(row => row.Text("id")).OfType<string>()], type.Scan.Linked, token);
        if (!links.Succeeded)
            return links.Failure;
        return new ScanPage(
            [
                .. rows.Select(row => HubSpotActivityMapper.Map(type, row, dispositions.Resolve, fallback)).OfType<CrmActivity>()
                    .Select(activity => activity with { Associations = links.Value.Of(activity.ExternalId) }),
            ],
            null)
        { Skipped = skipped };
    }

    // Without the words a call would be decided on less than the CRM knows, and decided again when they are there.
    private async Task<Failure?> LearnAsync(IReadOnlyList<JsonElement> rows, CancellationToken token)
    {
        var codes = rows.Select(row => row.Child("properties").Filled("hs_call_disposition")).OfType<string>();
        var failure = await dispositions.LearnAsync(codes, token);
        return failure?.Category == FailureCategory.Gone ? null : failure;
    }
}
