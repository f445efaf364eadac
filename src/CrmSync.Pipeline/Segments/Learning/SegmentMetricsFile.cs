using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>Figures of a segment as JSON: <c>crmsync/segment-metrics/1</c>, in which they are stored and printed. Shares are counts, intervals follow from them.</summary>
public static class SegmentMetricsFile
{
    /// <summary>The schema of this version.</summary>
    public const string Schema = "crmsync/segment-metrics/1";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // What a share or a curve works out is not stored beside what it is worked out from.
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The figures as JSON.</summary>
    public static string Write(SegmentMetrics metrics) => JsonSerializer.Serialize(new Envelope(Schema, metrics), Options);

    /// <summary>The figures of a JSON text.</summary>
    /// <exception cref="JsonException">The text is none, or of another schema.</exception>
    public static SegmentMetrics Read(string json) => JsonSerializer.Deserialize<Envelope>(json, Options) is { Schema: Schema, Metrics: { } metrics }
        ? metrics
        : throw new JsonException($"The figures are not in the schema {Schema}; start the version that wrote them, or let the segment be learned from anew.");

    private sealed record Envelope(string Schema, SegmentMetrics Metrics);
}
