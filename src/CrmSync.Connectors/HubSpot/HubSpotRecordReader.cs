using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Deals with their stages and links, companies, contacts, owners and pipelines. What the key may not see is left out with a line in the log: labels do not need it.
/// </summary>
internal sealed class HubSpotRecordReader(
    HubSpotScanner scanner, HubSpotClient client, HubSpotSchemaClient schema, HubSpotAssociations associations, CrmTransport transport, string key,
    ILogger logger) : IRecordReader
{
    private const int MostOwnerPages = 1_000;
    private static readonly string[] LinkedToDeals = ["contacts", "companies"];

    private static readonly IReadOnlyDictionary<string, HubSpotScanType> Types = new[]
    {
        Type("deals",
        [
            "dealname", "pipeline", "dealstage", "amount", "deal_currency_code", "closedate", "hs_is_closed", "hs_is_closed_won", "closed_lost_reason",
            "closed_won_reason",
        ]),
        Type("companies", ["name", "domain", "industry", "numberofemployees", "annualrevenue", "country", "state"]),
        Type("contacts", ["firstname", "lastname", "jobtitle", "email", "associatedcompanyid"]),
    }.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<string> ObjectTypes { get; } = [.. Types.Keys];

    /// <inheritdoc/>
    public Task<Result<RecordPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        if (!Types.TryGetValue(window.ObjectType, out var type))
        {
            throw new ArgumentException(
                $"'{window.ObjectType}' is not a record type of HubSpot; there are {string.Join(", ", Types.Keys)}.", nameof(window));
        }

        return transport.CallAsync(CallKind.Read, $"scanning {type.Name}", token => ReadAsync(type, window, position, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<CrmDirectory>> ReadDirectoryAsync(CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "reading owners and stages", DirectoryAsync, cancellationToken);

    private async Task<Result<RecordPage>> ReadAsync(HubSpotScanType type, ScanWindow window, string? position, CancellationToken token)
    {
        var read = await scanner.ReadAsync(type, window, position, token);
        if (!read.Succeeded)
        {
            // Contacts come with the scope that activities need, too: without it nothing works, and that is said.
            return type.Name != "contacts" && IsLeftOut(type.Name, read.Failure)
                ? new RecordPage(CrmRecords.None, null)
                : read.Failure;
        }

        var rows = read.Value.Rows;
        switch (type.Name)
        {
            case "deals":
                var deals = await DealsAsync(rows, window.To, token);
                return deals.Map(list => new RecordPage(new CrmRecords { Deals = list }, read.Value.Position));
            case "companies":
                return new RecordPage(
                    new CrmRecords { Companies = [.. rows.Select(row => HubSpotRecordMapper.Company(row, window.To)).OfType<CrmCompany>()] },
                    read.Value.Position);
            default:
                return new RecordPage(
                    new CrmRecords { People = [.. rows.Select(row => HubSpotRecordMapper.Person(row, window.To)).OfType<CrmPerson>()] },
                    read.Value.Position);
        }
    }

    private async Task<Result<IReadOnlyList<CrmDeal>>> DealsAsync(IReadOnlyList<JsonElement> rows, DateTimeOffset fallback, CancellationToken token)
    {
        var deals = rows.Select(row => HubSpotRecordMapper.Deal(row, fallback)).OfType<CrmDeal>().ToList();
        var ids = deals.Select(deal => deal.ExternalId).ToList();
        var links = await associations.ReadAsync("deals", ids, LinkedToDeals, token);
        if (!links.Succeeded)
            return links.Failure;
        var stages = new Dictionary<string, IReadOnlyList<StageChange>>(StringComparer.Ordinal);
        foreach (var chunk in ids.Chunk(HubSpotClient.HistoryLimit))
        {
            var answer = await client.BatchReadAsync("deals", chunk, [], ["dealstage"], token);
            if (!answer.Succeeded)
                return answer.Failure;
            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(new CallPlace(key, "reading stages of deals"));
            foreach (var record in answer.Value.Body.Items("results"))
                stages[record.Text("id") ?? ""] = HubSpotRecordMapper.Stages(record);
        }

        return deals.ConvertAll(deal => deal with
        {
            Links = links.Value.Of(deal.ExternalId),
            StageHistory = stages.GetValueOrDefault(deal.ExternalId, []),
        });
    }

    private async Task<Result<CrmDirectory>> DirectoryAsync(CancellationToken token)
    {
        var owners = new Dictionary<string, CrmOwner>(StringComparer.Ordinal);
        // Archived ones first, so that somebody who is in both lists counts as active.
        foreach (var archived in new[] { true, false })
        {
            if (await OwnersAsync(archived, owners, token) is not { } failure)
                continue;
            if (!IsLeftOut("owners", failure))
                return failure;
            break;
        }

        List<CrmStage> stages = [];
        var pipelines = await schema.PipelinesAsync(token);
        if (!pipelines.Succeeded && !IsLeftOut("deal pipelines", pipelines.Failure))
            return pipelines.Failure;
        if (pipelines.Succeeded)
        {
            if (!pipelines.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(new CallPlace(key, "reading deal pipelines"));
            foreach (var pipeline in pipelines.Value.Body.Items("results"))
            {
                if (pipeline.Filled("id") is { } id && !pipeline.IsTrue("archived"))
                    stages.AddRange(HubSpotRecordMapper.Stages(id, pipeline));
            }
        }

        return new CrmDirectory([.. owners.Values], stages);
    }

    private async Task<Failure?> OwnersAsync(bool archived, Dictionary<string, CrmOwner> owners, CancellationToken token)
    {
        string? after = null;
        for (var page = 0; page < MostOwnerPages; page++)
        {
            var answer = await schema.OwnersAsync(archived, after, token);
            if (!answer.Succeeded)
                return answer.Failure;
            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(new CallPlace(key, "reading owners"));
            foreach (var item in answer.Value.Body.Items("results"))
            {
                if (HubSpotRecordMapper.Owner(item, active: !archived) is { } owner)
                    owners[owner.ExternalId] = owner;
            }

            var next = answer.Value.Body.Child("paging").Child("next").Filled("after");
            if (next is null || next == after)
                return null;
            after = next;
        }

        return null;
    }

    private bool IsLeftOut(string what, Failure failure)
    {
        var leftOut = failure.Code == HubSpotFailures.ScopeMissing.Code;
        if (leftOut)
            ConnectorLog.LeftOut(logger, key, what, failure.Code);
        return leftOut;
    }

    // Labels of links come by batch read alone, so the list endpoint is not asked for links.
    private static HubSpotScanType Type(string name, IReadOnlyList<string> properties)
    {
        var modified = HubSpotScanType.ModifiedOf(name);
        return new HubSpotScanType(name, modified, [.. properties, "hubspot_owner_id", "createdate", modified], []);
    }
}
