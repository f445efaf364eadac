using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>A page of a list, by <c>after</c> (the last id seen) and <c>limit</c>.</summary>
internal static class ModelList
{
    public static JsonObject Page(IReadOnlyList<JsonObject> all, IQueryCollection query, int most)
    {
        var limit = most;
        if (query["limit"].ToString() is { Length: > 0 } asked && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > most))
            throw new ModelRefusal(ModelErrors.Invalid($"Invalid value for 'limit': expected 1 to {most}.", "limit"));
        var start = 0;
        if (query["after"].ToString() is { Length: > 0 } after)
        {
            start = all.Select((one, i) => (one, i)).Where(pair => (string?)pair.one["id"] == after).Select(pair => pair.i + 1).FirstOrDefault(-1);
            if (start < 0)
                throw new ModelRefusal(ModelErrors.NotFound("object", after));
        }
        JsonObject[] page = [.. all.Skip(start).Take(limit)];
        return new JsonObject
        {
            ["object"] = "list", ["data"] = new JsonArray([.. page]), ["first_id"] = page.FirstOrDefault()?["id"]?.DeepClone(),
            ["last_id"] = page.LastOrDefault()?["id"]?.DeepClone(), ["has_more"] = start + page.Length < all.Count,
        };
    }
}
