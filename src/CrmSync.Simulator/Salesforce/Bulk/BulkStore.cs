using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;
using CrmSync.Simulator.Salesforce.Trouble;

namespace CrmSync.Simulator.Salesforce.Bulk;

/// <summary>
/// Jobs by id. They go on by steps: a poll of a job is one, and so is each <see cref="SalesforceBulkOptions.Step"/> that passes, noticed with
/// the next call of any kind. Thread-safe.
/// </summary>
internal sealed class BulkStore(SalesforceServer server)
{
    /// <summary>What a query job is to the dials, whoever's call takes it on.</summary>
    public static readonly WireCall QueryCall = new("POST", "/services/data/{version}/jobs/query", "/services/data/jobs/query");

    private const string Prefix = "750";
    private const int RowsOfABatch = 10_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BulkJob> _jobs = new(StringComparer.Ordinal);
    private readonly List<BulkJob> _underWay = [];
    private readonly IngestRunner _ingest = new(server);
    private long _issued;

    public SalesforceBulkOptions Options => server.Options.Bulk;

    public RollingCount QueryJobs { get; } = new(server.Options.Bulk.DailyQueryJobs, server.Options.QuotasOn, server.Clock);

    public RollingCount Batches { get; } = new(server.Options.Bulk.DailyBatches, server.Options.QuotasOn, server.Clock);

    public RollingCount ResultMegabytes { get; } = new(server.Options.Bulk.DailyQueryResultMegabytes, server.Options.QuotasOn, server.Clock);

    private DateTime Now => server.Clock.GetUtcNow().UtcDateTime;

    public string NextId()
    {
        lock (_gate)
            return SalesforceId.Create(Prefix, ++_issued);
    }

    public void Add(BulkJob job)
    {
        lock (_gate)
        {
            _jobs[job.Id] = job;
            Touch(job);
            if (job.IsUnderWay)
                Begin(job);
        }
    }

    /// <summary>Jobs of a kind, newest first.</summary>
    public IReadOnlyList<T> List<T>()
        where T : BulkJob
    {
        lock (_gate)
        {
            Forget();
            return [.. _jobs.Values.OfType<T>().Reverse()];
        }
    }

    /// <summary>Works on a job while nobody else does.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="poll">Whether looking takes it a step on.</param>
    /// <param name="use">What to do.</param>
    /// <exception cref="SalesforceException">There is none.</exception>
    public TAnswer With<TJob, TAnswer>(string id, bool poll, Func<TJob, TAnswer> use)
        where TJob : BulkJob
    {
        lock (_gate)
        {
            Forget();
            TJob job = SalesforceId.Normalise(id) is { } full && _jobs.GetValueOrDefault(full) is TJob found ? found : throw SalesforceException.NotFound();
            TAnswer answer = use(job);
            if (poll && job.IsUnderWay)
                Step(job);
            return answer;
        }
    }

    /// <summary>Changes the state by the client's wish.</summary>
    public void Move(BulkJob job, string state)
    {
        job.State = state;
        Touch(job);
        if (job.IsUnderWay)
            Begin(job);
        else
            _underWay.Remove(job);
    }

    public void Remove(BulkJob job)
    {
        _jobs.Remove(job.Id);
        _underWay.Remove(job);
    }

    /// <summary>Takes all jobs on by the time that has passed.</summary>
    public void Advance()
    {
        lock (_gate)
        {
            foreach (BulkJob job in _underWay.ToList())
            {
                while (job.IsUnderWay && Now - job.SteppedAt >= Options.Step)
                {
                    job.SteppedAt += Options.Step;
                    Step(job);
                }
            }
        }
    }

    private void Begin(BulkJob job)
    {
        job.SteppedAt = Now;
        if (!_underWay.Contains(job))
            _underWay.Add(job);
    }

    private void Step(BulkJob job)
    {
        if (job.State == "UploadComplete")
            job.State = "InProgress";
        else if (job is BulkQueryJob query)
            Answer(query);
        else if (job is BulkIngestJob ingest)
            Save(ingest);
        Touch(job);
        if (job.IsOver)
            _underWay.Remove(job);
    }

    private void Answer(BulkQueryJob job)
    {
        try
        {
            job.Result = server.Soql.Run(job.Statement, all: job.Operation == "queryAll", QueryCall);
            job.Processed = job.Result.Rows.Count;
            job.State = "JobComplete";
        }
        catch (SoqlException failure)
        {
            job.ErrorMessage = $"{failure.ErrorCode}: {failure.Message}";
            job.State = "Failed";
        }
    }

    private void Save(BulkIngestJob job)
    {
        int take = Math.Min(Options.RowsPerStep, job.Rows.Count - job.Processed);
        if (take > 0 && job.Processed / RowsOfABatch != (job.Processed + take) / RowsOfABatch && !Batches.TryCount())
        {
            job.ErrorMessage = "ApiBatchItems Limit exceeded.";
            job.State = "Failed";
            return;
        }

        if (_ingest.Refuse(job) is { } reason)
        {
            job.ErrorMessage = reason;
            job.State = "Failed";
            return;
        }

        _ingest.Run(job, take);
        if (job.Processed == job.Rows.Count)
            job.State = "JobComplete";
    }

    private void Touch(BulkJob job) => job.ChangedAt = Now;

    private void Forget()
    {
        DateTime oldest = Now - Options.Kept;
        foreach (BulkJob job in _jobs.Values.Where(job => job.CreatedAt < oldest).ToList())
            Remove(job);
    }
}
