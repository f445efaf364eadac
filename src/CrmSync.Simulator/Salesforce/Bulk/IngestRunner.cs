using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Trouble;

namespace CrmSync.Simulator.Salesforce.Bulk;

/// <summary>Saves rows of an ingest job, each for itself.</summary>
internal sealed class IngestRunner(SalesforceServer server)
{
    private const string NullWord = "#N/A";
    private static readonly WireCall Call = new("PATCH", "/services/data/{version}/jobs/ingest/{id}", "/services/data/jobs/ingest");

    /// <summary>Why no row of the job can be saved, or null.</summary>
    public string? Refuse(BulkIngestJob job)
    {
        if (server.Org.FindTable(job.Object) is not { } table)
            return $"InvalidJob : The object {job.Object} is gone.";
        string? unknown = job.Header!.FirstOrDefault(name => !IsId(name) && table.Fields.FindReadable(name) is null);
        return unknown is null ? null : $"InvalidBatch : Field name not found : {unknown}";
    }

    public void Run(BulkIngestJob job, int rows)
    {
        SalesforceTable table = server.Org[job.Object];
        lock (server.Org.Gate)
        {
            for (int i = 0; i < rows; i++)
            {
                int row = job.Processed++;
                string? id = null;
                try
                {
                    (PreparedWrite? write, WriteProblem? problem) = Prepare(job, table, row, out id);
                    if (write is not null && problem is null)
                        job.Saved.Add((row, server.Writer.Apply(write, server.Org.AsApp), write.Before is null));
                    else
                        job.Failed.Add((row, id, Text(problem!)));
                }
                catch (SalesforceException failure)
                {
                    job.Failed.Add((row, id, $"{failure.ErrorCode}:{failure.Message}:--"));
                }
            }
        }
    }

    private (PreparedWrite? Write, WriteProblem? Problem) Prepare(BulkIngestJob job, SalesforceTable table, int row, out string? id)
    {
        string[] cells = job.Rows[row];
        id = null;
        if (cells.Length != job.Header!.Length)
            return (null, new WriteProblem("INVALID_INPUT", $"The row has {cells.Length} values, the header {job.Header.Length}"));
        JsonObject body = [];
        for (int i = 0; i < cells.Length; i++)
        {
            if (IsId(job.Header[i]))
                id = cells[i];
            else if (cells[i].Length > 0)
                body[job.Header[i]] = Value(table.Fields.FindReadable(job.Header[i])!, cells[i]);
        }

        WriteProblem? problem;
        PreparedWrite? write = job.Operation switch
        {
            "insert" => server.Writer.PrepareCreate(table, body, Call, out problem),
            "update" => server.Writer.PrepareUpdate(table, id, body, Call, out problem),
            _ => server.Writer.PrepareDelete(table, id, Call, out problem),
        };
        return (write, problem);
    }

    private static JsonNode? Value(SalesforceField field, string cell) => (cell, field.Kind) switch
    {
        (NullWord, _) => null,
        (_, FieldKind.Boolean) when bool.TryParse(cell, out bool flag) => JsonValue.Create(flag),
        _ => JsonValue.Create(cell),
    };

    private static bool IsId(string name) => name.Equals("Id", StringComparison.OrdinalIgnoreCase);

    private static string Text(WriteProblem problem) => $"{problem.Code}:{problem.Message}:{(problem.Fields.Length == 0 ? "--" : string.Join(",", problem.Fields) + " --")}";
}
