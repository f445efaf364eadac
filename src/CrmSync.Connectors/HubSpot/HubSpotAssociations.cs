using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Links that were read.</summary>
internal sealed class HubSpotLinks
{
    private readonly Dictionary<string, List<Association>> _byId = new(StringComparer.Ordinal);

    /// <summary>Records that are not there any more.</summary>
    public HashSet<string> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>Linked types that the key may not see.</summary>
    public List<Failure> Refused { get; } = [];

    /// <summary>The links of a record.</summary>
    public IReadOnlyList<Association> Of(string id) => _byId.TryGetValue(id, out var links) ? links : [];

    /// <summary>Adds a link; a second one to the same record is the same link.</summary>
    public void Add(string id, Association link)
    {
        var links = _byId.TryGetValue(id, out var known) ? known : _byId[id] = [];
        if (!links.Exists(other => other.ObjectType == link.ObjectType && other.ExternalId == link.ExternalId))
            links.Add(link);
    }
}

/// <summary>
/// Reads the links of many records: one request per linked type and 1,000 records, because search does not give them and the list endpoint gives them in part only.
/// Thread-safe.
/// </summary>
internal sealed class HubSpotAssociations(HubSpotClient client, string key, ILogger logger)
{
    /// <summary>Types that activities and deals are linked to.</summary>
    public static readonly IReadOnlyList<string> Linked = ["contacts", "companies", "deals"];

    private const int MostRounds = 50;

    // HubSpot's own association types that mark the primary company: contact to company and back, deal to company and back (its SDK's AssociationTypes).
    private static readonly HashSet<string> Primary = ["1", "2", "5", "6"];

    /// <summary>The links of records as they are now.</summary>
    /// <param name="type">Type of the records.</param>
    /// <param name="ids">Their ids, any number.</param>
    /// <param name="targets">Linked types to read.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<Result<HubSpotLinks>> ReadAsync(
        string type, IReadOnlyList<string> ids, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var links = new HubSpotLinks();
        foreach (var target in targets)
        {
            if (await ReadTypeAsync(type, target, ids, links, cancellationToken) is { } failure)
                return failure;
        }

        return links;
    }

    /// <summary>The links of rows that the list endpoint gave with them; what it broke off is read anew.</summary>
    public async Task<Result<HubSpotLinks>> CompleteAsync(
        string type, IReadOnlyList<JsonElement> rows, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var links = new HubSpotLinks();
        foreach (var target in targets)
        {
            List<string> cut = [];
            foreach (var row in rows)
            {
                var inline = row.Child("associations").Child(target);
                if (row.Text("id") is not { } id)
                    continue;
                if (inline.Child("paging").Child("next").ValueKind == JsonValueKind.Object)
                    cut.Add(id);
                foreach (var to in inline.Items("results").Select(item => item.Filled("id")).OfType<string>())
                    links.Add(id, new Association(Role(target), target, to));
            }

            // The cursor of this inner list is not known to be one of the batch read's, so the few long lists are read from their beginning.
            if (await ReadTypeAsync(type, target, cut, links, cancellationToken) is { } failure)
                return failure;
        }

        return links;
    }

    private async Task<Failure?> ReadTypeAsync(
        string type, string target, IReadOnlyList<string> ids, HubSpotLinks links, CancellationToken cancellationToken)
    {
        foreach (var chunk in ids.Chunk(HubSpotClient.AssociationLimit))
        {
            if (await ReadChunkAsync(type, target, chunk, links, cancellationToken) is not { } failure)
                continue;
            // A key that may not see deals still has activities to label; doctor shows what is missing.
            if (failure.Code != HubSpotFailures.ScopeMissing.Code)
                return failure;
            ConnectorLog.LeftOut(logger, key, $"{target} of {type}", failure.Code);
            links.Refused.Add(failure);
            break;
        }

        return null;
    }

    private async Task<Failure?> ReadChunkAsync(
        string type, string target, IReadOnlyList<string> ids, HubSpotLinks links, CancellationToken cancellationToken)
    {
        var place = new CallPlace(key, $"reading {target} of {type}");
        var inputs = ids.Select(id => (Id: id, After: (string?)null)).ToList();
        for (var round = 0; inputs.Count > 0; round++)
        {
            // Fifty pages of one record's links are more than any record has; going on silently would lose the rest.
            if (round == MostRounds)
                return HubSpotFailures.AssociationsIncomplete.At(place);
            var answer = await client.AssociationsAsync(type, target, inputs, cancellationToken);
            if (!answer.Succeeded)
                return answer.Failure;
            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(place);
            inputs = [];
            foreach (var result in answer.Value.Body.Items("results"))
            {
                if (result.Child("from").Text("id") is not { } from)
                    continue;
                // The id is documented as text and arrives as a number.
                foreach (var item in result.Items("to"))
                {
                    if (item.Filled("toObjectId") is { } to)
                        links.Add(from, new Association(Role(target), target, to, Label(item)));
                }

                if (result.Child("paging").Child("next").Filled("after") is { } after)
                    inputs.Add((from, after));
            }

            if (Fault(answer.Value, links, place) is { } failure)
                return failure;
        }

        return null;
    }

    // "None linked" and "not there any more" arrive as errors inside a 207; everything else would silently lose links.
    private static Failure? Fault(CrmAnswer answer, HubSpotLinks links, CallPlace place)
    {
        foreach (var error in answer.Body.Items("errors"))
        {
            if (error.Text("subCategory")?.Contains("NO_ASSOCIATIONS_FOUND", StringComparison.Ordinal) == true)
                continue;
            if (error.Text("category") == "OBJECT_NOT_FOUND")
            {
                var context = error.Child("context");
                links.Gone.UnionWith(context.Items("fromObjectId").Concat(context.Items("ids")).Select(id => id.Text()).OfType<string>());
                continue;
            }

            return HubSpotFailures.AssociationsIncomplete.At(place) with
            {
                RemoteMessage = Scrub.Text(error.Text("message")),
                CorrelationId = Scrub.Text(answer.Body.Text("correlationId")),
            };
        }

        return null;
    }

    private static string? Label(JsonElement item)
    {
        List<string> labels = [];
        foreach (var type in item.Items("associationTypes"))
        {
            var isPrimary = type.Text("category") == "HUBSPOT_DEFINED" && type.Text("typeId") is { } id && Primary.Contains(id);
            if ((isPrimary ? "Primary" : type.Filled("label")) is { } label && !labels.Contains(label))
                labels.Add(label);
        }

        return labels.Count == 0 ? null : string.Join("; ", labels);
    }

    private static string Role(string target) => target switch
    {
        "contacts" => "contact",
        "companies" => "company",
        "deals" => "deal",
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, "No role is known for this type."),
    };
}
