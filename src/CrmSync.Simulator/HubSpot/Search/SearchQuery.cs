using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Properties;

namespace CrmSync.Simulator.HubSpot.Search;

/// <summary>A search body, checked and compiled (fact sheet §3).</summary>
internal sealed record SearchQuery(IReadOnlyList<FilterGroup> Groups, SearchSort? Sort, string[] Properties, int Limit, int Offset,
    string? Words)
{
    public const int LongestBody = 3_000;
    public const int MostResults = 10_000;
    private const int LargestPage = 200;
    private const int StandardPage = 10;
    private const int MostGroups = 5;
    private const int MostFiltersPerGroup = 6;
    private const int MostFilters = 18;

    /// <summary>Reads a body.</summary>
    /// <exception cref="ApiRefusal">400: a limit is passed, or a property or operator is unknown.</exception>
    public static SearchQuery Read(byte[] body, JsonElement root, PropertyCatalog catalog, bool takesIso)
    {
        if (System.Text.Encoding.UTF8.GetCharCount(body) > LongestBody)
            throw Wrong($"The request body is longer than {LongestBody} characters.");
        var limit = Number(root, "limit", StandardPage);
        if (limit is < 1 or > LargestPage)
            throw Wrong($"limit must be from 1 to {LargestPage}, but was {limit}.");
        var offset = Number(root, "after", 0);
        if (offset < 0)
            throw Wrong($"after must not be negative, but was {offset}.");
        if (offset + limit > MostResults)
            throw Wrong($"A search answers at most {MostResults} results; after {offset} with limit {limit} goes beyond.");
        if (root.TryGetProperty("propertiesWithHistory", out _))
            throw Wrong("propertiesWithHistory is not supported by search.");

        return new SearchQuery(ReadGroups(root, catalog, takesIso), ReadSort(root, catalog), ApiCall.Names(root, "properties"), limit, offset,
            ApiCall.Text(root, "query"));
    }

    private static List<FilterGroup> ReadGroups(JsonElement root, PropertyCatalog catalog, bool takesIso)
    {
        var groups = new List<FilterGroup>();
        var filters = 0;
        foreach (var group in Items(root, "filterGroups"))
        {
            JsonElement[] list = [.. Items(group, "filters")];
            filters += list.Length;
            if (groups.Count == MostGroups || list.Length > MostFiltersPerGroup || filters > MostFilters)
                throw Wrong($"Too many filters: at most {MostGroups} groups, {MostFiltersPerGroup} filters in one and {MostFilters} in all are allowed.");
            groups.Add(FilterGroup.Read(list, catalog, takesIso));
        }
        return groups;
    }

    private static SearchSort? ReadSort(JsonElement root, PropertyCatalog catalog)
    {
        JsonElement[] sorts = [.. Elements(root, "sorts")];
        if (sorts.Length == 0)
            return null;
        if (sorts.Length > 1)
            throw Wrong("Only one sort is allowed.");
        var sort = sorts[0];
        var (name, descending) = sort.ValueKind == JsonValueKind.String
            ? (sort.GetString()!, sort.GetString()!.StartsWith('-'))
            : (ApiCall.Text(sort, "propertyName") ?? "", ApiCall.Text(sort, "direction") is "DESCENDING");
        return new SearchSort(catalog.Find(name.TrimStart('-')) ?? throw Wrong($"Property \"{name}\" does not exist."), descending);
    }

    internal static ApiRefusal Wrong(string message) => new(ApiErrors.Invalid(message));

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        Elements(element, name)
            .Select(e => e.ValueKind == JsonValueKind.Object ? e : throw new ApiRefusal(ApiErrors.BrokenJson($"{name} must hold objects")));

    private static JsonElement.ArrayEnumerator Elements(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return default;
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray()
            : throw new ApiRefusal(ApiErrors.BrokenJson($"{name} must be a list"));
    }

    // HubSpot's own clients send numbers as text too.
    private static int Number(JsonElement root, string name, int standard)
    {
        if (ApiCall.Text(root, name) is not { Length: > 0 } text)
            return standard;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw Wrong($"{name} must be a whole number, but was {text}.");
    }
}

/// <summary>The one sort of a search.</summary>
internal sealed record SearchSort(PropertyDefinition Property, bool Descending);
