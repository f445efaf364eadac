using System.Globalization;
using System.Text.Json.Nodes;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Which versions of the API exist.</summary>
internal static class ApiVersions
{
    public const int Oldest = 60;

    /// <summary>Alias of the newest version.</summary>
    public const string Latest = "latest";

    private const int OldestRetired = 21;
    private const int NewestRetired = 30;
    private static readonly string[] Seasons = ["Spring", "Summer", "Winter"];

    /// <summary>The error for a version that is not served, or null. Salesforce answers 410 for retired versions.</summary>
    public static SalesforceException? Refuse(string segment, int newest)
    {
        bool isVersion = segment.StartsWith('v') && segment.EndsWith(".0", StringComparison.Ordinal);
        _ = int.TryParse(
            isVersion ? segment.AsSpan(1, segment.Length - 3) : [], NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return number switch
        {
            >= Oldest when number <= newest => null,
            >= OldestRetired and <= NewestRetired =>
                new SalesforceException(
                    410, "UNSUPPORTED_API_VERSION", $"API version {number}.0 is retired and no longer served; use {Oldest}.0 or later."),
            _ => SalesforceException.NotFound(),
        };
    }

    /// <summary>A version as addresses name it.</summary>
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"v{number}.0");

    public static JsonArray List(int newest)
    {
        JsonArray list = [];
        for (int number = Oldest; number <= newest; number++)
        {
            // v60 was Spring '24; three releases a year, of which Winter carries the next year's number.
            int step = number - 60;
            int year = 24 + ((step + 1) / 3);
            string version = string.Create(CultureInfo.InvariantCulture, $"{number}.0");
            list.Add(new JsonObject
            {
                ["label"] = string.Create(CultureInfo.InvariantCulture, $"{Seasons[step % 3]} '{year}"),
                ["url"] = $"/services/data/v{version}",
                ["version"] = version,
            });
        }

        return list;
    }
}
