namespace CrmSync.Simulator.Salesforce;

/// <summary>How Bulk API 2.0 jobs behave (Salesforce facts, §11).</summary>
public sealed record SalesforceBulkOptions
{
    /// <summary>Rows of an ingest job that are saved per step; a step is a poll of the job or <see cref="Step"/> of time (default 10,000).</summary>
    public int RowsPerStep { get; init; } = 10_000;

    /// <summary>Time after which a job goes a step on without being polled (default one second).</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Largest page of results where the client names none (default 250,000).</summary>
    public int PageSize { get; init; } = 250_000;

    /// <summary>Query jobs within any 24 hours (default 10,000).</summary>
    public int DailyQueryJobs { get; init; } = 10_000;

    /// <summary>Batches of 10,000 ingested rows within any 24 hours (default 15,000).</summary>
    public int DailyBatches { get; init; } = 15_000;

    /// <summary>Results of query jobs in MB within any 24 hours (default 976,562).</summary>
    public int DailyQueryResultMegabytes { get; init; } = 976_562;

    /// <summary>Largest upload in bytes (default 100 MB).</summary>
    public int LargestUpload { get; init; } = 100 * 1024 * 1024;

    /// <summary>How long jobs are kept (default 7 days).</summary>
    public TimeSpan Kept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Status of an answer that creates a query job (not confirmed; default 200).</summary>
    public int QueryCreatedStatus { get; init; } = 200;

    /// <summary>Whether apiVersion is a JSON number (default) or a string.</summary>
    public bool ApiVersionIsNumber { get; init; } = true;

    /// <summary>Whether datetimes in results end in Z (default) or in +0000 as in REST (not confirmed).</summary>
    public bool DateTimesEndInZ { get; init; } = true;
}
