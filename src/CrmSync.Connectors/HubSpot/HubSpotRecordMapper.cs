using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Turns HubSpot's deals, companies, contacts, owners and pipelines into ours. Pure.</summary>
internal static class HubSpotRecordMapper
{
    /// <summary>A deal without links and history.</summary>
    public static CrmDeal? Deal(JsonElement record, DateTimeOffset fallback)
    {
        if (Head(record, "deals", fallback) is not { } head)
            return null;
        var values = record.Child("properties");
        var won = values.IsTrue("hs_is_closed_won");
        return new CrmDeal
        {
            ObjectType = "deals",
            ExternalId = head.Id,
            Name = values.Text("dealname") ?? "",
            PipelineId = values.Filled("pipeline"),
            StageId = values.Filled("dealstage"),
            Amount = Decimal(values.Text("amount")),
            Currency = values.Filled("deal_currency_code"),
            CloseDate = HubSpotValues.Instant(values.Text("closedate")) is { } closes ? DateOnly.FromDateTime(closes.UtcDateTime) : null,
            IsClosed = won || values.IsTrue("hs_is_closed"),
            IsWon = won,
            CloseReason = values.Filled(won ? "closed_won_reason" : "closed_lost_reason"),
            OwnerId = values.Filled("hubspot_owner_id"),
            CreatedAt = head.CreatedAt,
            ModifiedAt = head.ModifiedAt,
        };
    }

    /// <summary>The stages of a deal, oldest first, from a record that was read with its history.</summary>
    public static IReadOnlyList<StageChange> Stages(JsonElement record)
    {
        var entries = record.Child("propertiesWithHistory").Items("dealstage")
            .Select(entry => (
                Stage: entry.Filled("value"), At: HubSpotValues.Instant(entry.Text("timestamp")), By: HubSpotHistory.User(entry)))
            .Where(entry => entry.Stage is not null && entry.At is not null)
            .OrderBy(entry => entry.At);
        List<StageChange> stages = [];
        // Writing the stage that a deal has already makes an entry, too, but is no change.
        foreach (var (stage, at, by) in entries)
        {
            if (stages.Count == 0 || stages[^1].StageId != stage)
                stages.Add(new StageChange(stage!, at!.Value, by));
        }

        return stages;
    }

    /// <summary>A company.</summary>
    public static CrmCompany? Company(JsonElement record, DateTimeOffset fallback)
    {
        if (Head(record, "companies", fallback) is not { } head)
            return null;
        var values = record.Child("properties");
        return new CrmCompany
        {
            ObjectType = "companies",
            ExternalId = head.Id,
            Name = values.Text("name") ?? "",
            Domain = values.Filled("domain")?.Trim().ToLowerInvariant(),
            Industry = values.Filled("industry"),
            Employees = Decimal(values.Text("numberofemployees")) is { } employees and >= 0 and < long.MaxValue ? (long)employees : null,
            Revenue = Decimal(values.Text("annualrevenue")),
            Region = values.Filled("country") ?? values.Filled("state"),
            OwnerId = values.Filled("hubspot_owner_id"),
            CreatedAt = head.CreatedAt,
            ModifiedAt = head.ModifiedAt,
        };
    }

    /// <summary>A contact.</summary>
    public static CrmPerson? Person(JsonElement record, DateTimeOffset fallback)
    {
        if (Head(record, "contacts", fallback) is not { } head)
            return null;
        var values = record.Child("properties");
        return new CrmPerson
        {
            ObjectType = "contacts",
            ExternalId = head.Id,
            Name = FullName(values.Text("firstname"), values.Text("lastname")),
            Title = values.Filled("jobtitle"),
            Email = values.Filled("email")?.Trim().ToLowerInvariant(),
            CompanyId = values.Filled("associatedcompanyid"),
            OwnerId = values.Filled("hubspot_owner_id"),
            CreatedAt = head.CreatedAt,
            ModifiedAt = head.ModifiedAt,
        };
    }

    /// <summary>An owner.</summary>
    public static CrmOwner? Owner(JsonElement owner, bool active)
    {
        if (owner.Filled("id") is not { } id)
            return null;
        var email = owner.Filled("email")?.Trim().ToLowerInvariant();
        var name = FullName(owner.Text("firstName"), owner.Text("lastName"));
        var teams = owner.Items("teams").ToList();
        var team = teams.Where(item => item.IsTrue("primary")).Concat(teams).Select(item => item.Filled("name")).FirstOrDefault();
        return new CrmOwner(
            id, owner.Filled("userId") ?? owner.Filled("userIdIncludingInactive"), name.Length > 0 ? name : email ?? "", email,
            active && !owner.IsTrue("archived"))
        { Team = team };
    }

    /// <summary>The stages of a pipeline, in the order in which people see them.</summary>
    public static IEnumerable<CrmStage> Stages(string pipelineId, JsonElement pipeline) => pipeline.Items("stages")
        .Where(stage => stage.Filled("id") is not null && !stage.IsTrue("archived"))
        .OrderBy(stage => stage.Number("displayOrder") ?? double.MaxValue)
        .Select((stage, position) =>
        {
            // Metadata are texts. Older pipelines carry no isClosed; there a probability of 0 or 1 means it.
            var metadata = stage.Child("metadata");
            var probability = metadata.Number("probability") is { } number and >= 0 and <= 1 ? number : (double?)null;
            var closed = metadata.Filled("isClosed") is null ? probability is 0 or 1 : metadata.IsTrue("isClosed");
            return new CrmStage(
                pipelineId, pipeline.Text("label") ?? "", stage.Filled("id")!, stage.Text("label") ?? "", position, closed, closed && probability is 1,
                probability);
        });

    private static (string Id, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt)? Head(JsonElement record, string type, DateTimeOffset fallback)
    {
        if (record.Filled("id") is not { } id)
            return null;
        var values = record.Child("properties");
        var modified = HubSpotValues.Instant(values.Filled(HubSpotScanType.ModifiedOf(type)) ?? record.Text("updatedAt")) ?? fallback;
        return (id, HubSpotValues.Instant(values.Filled("createdate") ?? record.Text("createdAt")) ?? modified, modified);
    }

    private static decimal? Decimal(string? text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string FullName(string? first, string? last) => $"{first?.Trim()} {last?.Trim()}".Trim();
}
