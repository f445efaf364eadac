using System.Text.Encodings.Web;
using System.Text.Json;
using CrmSync.Pipeline.Segments.Discovery;

namespace CrmSync.Pipeline.Segments.Files;

/// <summary>Writes what a discovery found as JSON with the schema <c>crmsync/segment-report/1</c>: counts, remarks, malformed rows, and each segment with its reasons.</summary>
public static class DiscoveryReport
{
    /// <summary>The schema of this version.</summary>
    public const string Schema = "crmsync/segment-report/1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // The report is a file, no page; readers want their umlauts.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the report; the stream stays open.</summary>
    public static Task WriteAsync(DiscoveryResult result, NoteFile source, int seed, Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(source);
        return JsonSerializer.SerializeAsync(
            stream,
            new
            {
                Schema,
                Seed = seed,
                Accounts = result.Accounts.Count,
                Assigned = result.Accounts.Count(account => account.Segment is not null),
                result.Activities,
                source.Malformed,
                source.Faults,
                result.Remarks,
                result.Segments,
            },
            Json, cancellationToken);
    }
}
