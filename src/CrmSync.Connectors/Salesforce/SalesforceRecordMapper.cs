using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Turns rows of what stands beside activities into records. Null where a row has no id. Pure.</summary>
internal static class SalesforceRecordMapper
{
    /// <summary>A row of Opportunity, without history and contacts.</summary>
    public static CrmDeal? Deal(JsonElement row, string? reasonField, DateTimeOffset fallback)
    {
        if (SalesforceId.Normalise(row.Text("Id")) is not { } id)
            return null;
        List<Association> links = [];
        SalesforceLinks.Add(links, row.Text("AccountId"));
        var (created, modified) = Times(row, fallback);
        return new CrmDeal
        {
            ObjectType = SalesforceRecordReader.Opportunity,
            ExternalId = id,
            Name = row.Text("Name") ?? "",
            StageId = row.Filled("StageName"),
            Amount = Decimal(row, "Amount"),
            Currency = row.Filled("CurrencyIsoCode"),
            CloseDate = Date(row.Text("CloseDate")),
            IsClosed = row.IsTrue("IsClosed"),
            IsWon = row.IsTrue("IsWon"),
            CloseReason = reasonField is null ? null : row.Filled(reasonField),
            OwnerId = SalesforceId.Normalise(row.Text("OwnerId")),
            Links = links,
            CreatedAt = created,
            ModifiedAt = modified,
        };
    }

    /// <summary>A row of Account.</summary>
    public static CrmCompany? Company(JsonElement row, DateTimeOffset fallback)
    {
        if (SalesforceId.Normalise(row.Text("Id")) is not { } id)
            return null;
        var (created, modified) = Times(row, fallback);
        string?[] place = [row.Filled("BillingCountry"), row.Filled("BillingState")];
        return new CrmCompany
        {
            ObjectType = SalesforceRecordReader.Account,
            ExternalId = id,
            Name = row.Text("Name") ?? "",
            Domain = Domain(row.Filled("Website")),
            Industry = row.Filled("Industry"),
            Employees = row.Number("NumberOfEmployees") is { } count and >= 0 and < long.MaxValue ? (long)count : null,
            Revenue = Decimal(row, "AnnualRevenue"),
            Region = place.OfType<string>().Any() ? string.Join(", ", place.OfType<string>()) : null,
            OwnerId = SalesforceId.Normalise(row.Text("OwnerId")),
            CreatedAt = created,
            ModifiedAt = modified,
        };
    }

    /// <summary>A row of Contact or Lead.</summary>
    public static CrmPerson? Person(string type, JsonElement row, DateTimeOffset fallback)
    {
        if (SalesforceId.Normalise(row.Text("Id")) is not { } id)
            return null;
        var (created, modified) = Times(row, fallback);
        return new CrmPerson
        {
            ObjectType = type,
            ExternalId = id,
            Name = row.Text("Name") ?? "",
            Title = row.Filled("Title"),
            Email = row.Filled("Email")?.Trim().ToLowerInvariant(),
            CompanyId = SalesforceId.Normalise(row.Text("AccountId") ?? row.Text("ConvertedAccountId")),
            OwnerId = SalesforceId.Normalise(row.Text("OwnerId")),
            CreatedAt = created,
            ModifiedAt = modified,
        };
    }

    /// <summary>The host of a web address as people type it, without www; null where there is none.</summary>
    public static string? Domain(string? website)
    {
        if (website is null)
            return null;
        var text = website.Trim();
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var address)
            || address.UserInfo.Length > 0 || !address.Host.Contains('.', StringComparison.Ordinal))
        {
            return null;
        }

        var host = address.Host.ToLowerInvariant();
        return host.StartsWith("www.", StringComparison.Ordinal) && host.Length > 4 ? host[4..] : host;
    }

    private static (DateTimeOffset Created, DateTimeOffset Modified) Times(JsonElement row, DateTimeOffset fallback)
    {
        var modified = SalesforceValues.Instant(row.Text("SystemModstamp")) ?? SalesforceValues.Instant(row.Text("LastModifiedDate")) ?? fallback;
        return (SalesforceValues.Instant(row.Text("CreatedDate")) ?? modified, modified);
    }

    private static decimal? Decimal(JsonElement row, string field) =>
        decimal.TryParse(row.Text(field), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateOnly? Date(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
