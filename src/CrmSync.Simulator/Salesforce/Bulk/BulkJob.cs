using System.Globalization;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;

namespace CrmSync.Simulator.Salesforce.Bulk;

/// <summary>A Bulk API 2.0 job. Changed under the store's gate.</summary>
internal abstract class BulkJob
{
    public required string Id { get; init; }

    public required string Operation { get; init; }

    public required string Object { get; init; }

    /// <summary>Segment of the address that made it, such as "v66.0".</summary>
    public required string Version { get; init; }

    public required string CreatedById { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required char Delimiter { get; init; }

    public required string DelimiterName { get; init; }

    public required string LineEnding { get; init; }

    public string LineEnd => LineEnding == "CRLF" ? "\r\n" : "\n";

    public string State { get; set; } = "Open";

    public DateTime ChangedAt { get; set; }

    /// <summary>When the clock last took it a step on.</summary>
    public DateTime SteppedAt { get; set; }

    public string? ErrorMessage { get; set; }

    public int Processed { get; set; }

    public bool IsUnderWay => State is "UploadComplete" or "InProgress";

    public bool IsOver => State is "JobComplete" or "Failed" or "Aborted";

    public virtual JsonObject Describe(bool numericVersion)
    {
        decimal version = decimal.Parse(Version.AsSpan(1), CultureInfo.InvariantCulture);
        JsonObject answer = new()
        {
            ["id"] = Id,
            ["operation"] = Operation,
            ["object"] = Object,
            ["createdById"] = CreatedById,
            ["createdDate"] = SalesforceText.Write(CreatedAt),
            ["systemModstamp"] = SalesforceText.Write(ChangedAt),
            ["state"] = State,
            ["concurrencyMode"] = "Parallel",
            ["contentType"] = "CSV",
            ["apiVersion"] = numericVersion ? version : Version[1..],
            ["lineEnding"] = LineEnding,
            ["columnDelimiter"] = DelimiterName,
        };
        if (IsOver)
        {
            answer["numberRecordsProcessed"] = Processed;
            answer["retries"] = 0;
            answer["totalProcessingTime"] = (long)(ChangedAt - CreatedAt).TotalMilliseconds;
        }

        if (ErrorMessage is not null)
            answer["errorMessage"] = ErrorMessage;
        return answer;
    }
}

/// <summary>A job that reads.</summary>
internal sealed class BulkQueryJob : BulkJob
{
    public required string Statement { get; init; }

    public SoqlResult? Result { get; set; }

    public override JsonObject Describe(bool numericVersion)
    {
        JsonObject answer = base.Describe(numericVersion);
        answer["jobType"] = "V2Query";
        return answer;
    }
}

/// <summary>A job that writes.</summary>
internal sealed class BulkIngestJob : BulkJob
{
    /// <summary>Names of the columns; null until the upload.</summary>
    public string[]? Header { get; set; }

    public List<string[]> Rows { get; set; } = [];

    public List<(int Row, string Id, bool Created)> Saved { get; } = [];

    public List<(int Row, string? Id, string Error)> Failed { get; } = [];

    public override JsonObject Describe(bool numericVersion)
    {
        JsonObject answer = base.Describe(numericVersion);
        answer["jobType"] = "V2Ingest";
        answer["contentUrl"] = $"services/data/{Version}/jobs/ingest/{Id}/batches";
        if (State is not ("Open" or "UploadComplete"))
        {
            answer["numberRecordsProcessed"] = Processed;
            answer["numberRecordsFailed"] = Failed.Count;
        }

        return answer;
    }
}
