using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Reads the contacts, companies and deals of many activities: one request per type and 1,000 activities. Search does not give them.
/// </summary>
internal sealed class HubSpotAssociations(HubSpotClient client, string key, ILogger logger)
{
    private const int MostRounds = 50;
    private static readonly (string Type, string Role)[] Targets = [("contacts", "contact"), ("companies", "company"), ("deals", "deal")];

    /// <summary>The links by activity id; activities without any are absent.</summary>
    public async Task<Result<IReadOnlyDictionary<string, List<Association>>>> ReadAsync(
        string type, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var links = new Dictionary<string, List<Association>>(StringComparer.Ordinal);
        foreach (var (target, role) in Targets)
        {
            foreach (var chunk in ids.Chunk(HubSpotClient.AssociationLimit))
            {
                if (await ReadChunkAsync(type, target, role, chunk, links, cancellationToken) is not { } failure)
                    continue;
                // A key that may not see deals still has activities to label; doctor shows what is missing.
                if (failure.Code != HubSpotFailures.ScopeMissing.Code)
                    return failure;
                ConnectorLog.LeftOut(logger, key, $"{target} of {type}", failure.Code);
                break;
            }
        }

        return links;
    }

    private async Task<Failure?> ReadChunkAsync(
        string type, string target, string role, IReadOnlyList<string> ids, Dictionary<string, List<Association>> links, CancellationToken cancellationToken)
    {
        var inputs = ids.Select(id => (Id: id, After: (string?)null)).ToList();
        for (var round = 0; inputs.Count > 0 && round < MostRounds; round++)
        {
            var answer = await client.AssociationsAsync(type, target, inputs, cancellationToken);
            if (!answer.Succeeded)
                return answer.Failure;
            inputs = [];
            foreach (var result in answer.Value.Body.Items("results"))
            {
                if (result.Child("from").Text("id") is not { } from)
                    continue;
                var list = links.TryGetValue(from, out var known) ? known : links[from] = [];
                // The id is documented as text and arrives as a number.
                foreach (var to in result.Items("to").Select(item => item.Filled("toObjectId")).OfType<string>())
                {
                    var link = new Association(role, target, to);
                    if (!list.Contains(link))
                        list.Add(link);
                }

                if (result.Child("paging").Child("next").Filled("after") is { } after)
                    inputs.Add((from, after));
            }

            if (Fault(answer.Value, new CallPlace(key, $"reading {target} of {type}")) is { } failure)
                return failure;
        }

        return null;
    }

    // "None linked" and "not there any more" arrive as errors inside a 207; everything else would silently lose links.
    private static Failure? Fault(CrmAnswer answer, CallPlace place)
    {
        foreach (var error in answer.Body.Items("errors"))
        {
            var none = error.Text("subCategory")?.Contains("NO_ASSOCIATIONS_FOUND", StringComparison.Ordinal) == true;
            if (!none && error.Text("category") != "OBJECT_NOT_FOUND")
            {
                return HubSpotFailures.AssociationsIncomplete.At(place) with
                {
                    RemoteMessage = Scrub.Text(error.Text("message")),
                    CorrelationId = Scrub.Text(answer.Body.Text("correlationId")),
                };
            }
        }

        return null;
    }
}
