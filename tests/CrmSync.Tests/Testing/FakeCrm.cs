using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Notes;

namespace CrmSync.Tests.Testing;

/// <summary>A CRM in memory for tests of handlers: records with properties, scripted answers, every call noted.</summary>
internal sealed class FakeCrm : ICrmConnector, IActivityReader, IWindowReader, ILabelWriter, IPropertySetup, IPropertyNames, IRecordReader
{
    public Dictionary<string, Dictionary<string, string?>> Records { get; } = [];

    public List<IReadOnlyList<RecordWrite>> Writes { get; } = [];

    public Queue<Result<ScanPage>> Pages { get; } = new();

    public List<string?> PositionsAsked { get; } = [];

    /// <summary>Decides what a write call answers; null writes everything.</summary>
    public Func<IReadOnlyList<RecordWrite>, Result<IReadOnlyList<RecordWriteResult>>?>? OnWrite { get; set; }

    /// <summary>What a write waits for before it starts, such as its turn under a limit.</summary>
    public Func<CancellationToken, Task>? BeforeWrite { get; set; }

    public Failure? ReadFailure { get; set; }

    /// <summary>Decides by its number, from 1, whether a guard read fails; null answers as usual.</summary>
    public Func<int, Failure?>? OnRead { get; set; }

    /// <summary>Every guard read: type and ids.</summary>
    public List<(string ObjectType, IReadOnlyList<string> Ids)> Reads { get; } = [];

    public string Key => "fake";

    public string Kind => "hubspot";

    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public IActivityReader Reader => this;

    public IWindowReader Windows => this;

    /// <summary>Activities as the CRM holds them; what a window counts and shows.</summary>
    public Dictionary<string, CrmActivity> Activities { get; } = [];

    /// <summary>Ids that the list of a window does not show although the count knows them.</summary>
    public HashSet<string> Hidden { get; } = [];

    /// <summary>Most rows that a count tells exactly.</summary>
    public long CountLimit { get; set; } = 10_000;

    /// <summary>Windows that were counted, and direct reads, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Called before each of them; lets a test change the CRM at a chosen moment, or fail the call.</summary>
    public Func<string, Failure?>? OnAsk { get; set; }

    public Task<Result<WindowCount>> CountAsync(CompareWindow window, CancellationToken cancellationToken) =>
        Task.FromResult<Result<WindowCount>>(Ask($"count {(window.Until - window.From).TotalSeconds}") is { } failure
            ? failure
            : new WindowCount(Math.Min(CountLimit, Inside(window).Count()), Inside(window).Count() < CountLimit));

    public Task<Result<IdPage>> ReadIdsAsync(CompareWindow window, string? position, CancellationToken cancellationToken) =>
        Task.FromResult<Result<IdPage>>(Ask($"ids {position}") is { } failure
            ? failure
            : Page(Inside(window).Where(activity => !Hidden.Contains(activity.ExternalId)).OrderBy(activity => activity.ExternalId, StringComparer.Ordinal), position));

    public Task<Result<DirectRead>> ReadByIdsAsync(string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult<Result<DirectRead>>(Ask($"read {ids.Count}") is { } failure
            ? failure
            : new DirectRead([.. ids.Where(Activities.ContainsKey).Select(id => Activities[id])], ids.Where(Activities.ContainsKey).ToHashSet()));

    private IEnumerable<CrmActivity> Inside(CompareWindow window) =>
        Activities.Values.Where(activity => activity.ModifiedAt >= window.From && activity.ModifiedAt < window.Until);

    // Three ids to a page.
    private static IdPage Page(IEnumerable<CrmActivity> rows, string? position)
    {
        var rest = rows.Where(activity => position is null || string.CompareOrdinal(activity.ExternalId, position) > 0).Take(4).ToList();
        return new IdPage([.. rest.Take(3).Select(activity => new IdStamp(activity.ExternalId, activity.ModifiedAt))], rest.Count > 3 ? rest[2].ExternalId : null);
    }

    private Failure? Ask(string what)
    {
        RequestsSent++;
        Asked.Add(what);
        return OnAsk?.Invoke(what);
    }

    public ILabelWriter Writer => this;

    /// <summary>What takes notes; null for a CRM that takes none.</summary>
    public INoteWriter? Notes { get; set; }

    public IPropertySetup Setup => this;

    IRecordReader ICrmConnector.Records => this;

    public IWebhookReader? Webhooks => null;

    /// <summary>The account behind the token.</summary>
    public string Account { get; set; } = "1";

    /// <summary>The account that the host said belongs to the connection.</summary>
    public string? Expected { get; private set; }

    /// <summary>Who set values that are not ours, by record.</summary>
    public Dictionary<string, ValueOrigin> Origins { get; } = [];

    /// <summary>What label properties held, newest first, by record and property; where there is any, the CRM keeps histories.</summary>
    public Dictionary<(string Id, string Property), IReadOnlyList<ValueSetting>> Histories { get; } = [];

    /// <summary>When all records were last changed.</summary>
    public DateTimeOffset? ModifiedAt { get; set; }

    public int HistoryReads { get; private set; }

    public int HistoryBatchSize(string objectType) => Histories.Count == 0 ? 0 : 50;

    public Task<Result<IReadOnlyDictionary<(string Id, string Property), IReadOnlyList<ValueSetting>>>> ReadHistoryAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken cancellationToken)
    {
        RequestsSent++;
        HistoryReads++;
        return Task.FromResult(Result.Success<IReadOnlyDictionary<(string Id, string Property), IReadOnlyList<ValueSetting>>>(Histories));
    }

    /// <summary>What each look at links, gone activities and records answers.</summary>
    public Dictionary<string, IReadOnlyList<Association>> Links { get; } = [];

    public Queue<GonePage> GonePages { get; } = new();

    public Queue<RecordPage> RecordPages { get; } = new();

    public CrmDirectory Directory { get; set; } = new([], []);

    public Dictionary<string, LabelPlace> Places { get; } = [];

    public bool LinksAreQuiet { get; set; } = true;

    public long RequestsSent { get; private set; }

    public int BatchSize => 100;

    public int ParallelBatches { get; set; } = 4;

    public IPropertyNames Names => this;

    public IReadOnlyList<string> ObjectTypes => ["notes"];

    string IPropertyNames.Reason => "reason";

    string IPropertyNames.LabelledAt => "at";

    string IPropertyNames.Version => "version";

    string IPropertyNames.SourceActivity => "activity";

    public int ReasonLength => 40;

    public string Shadow(string label) => label + "_auto";

    public string Confidence(string label) => label + "_confidence";

    public string FormatInstant(DateTimeOffset instant) => instant.ToString("O");

    public Task<Result<ScanPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        RequestsSent++;
        PositionsAsked.Add(position);
        return Task.FromResult(Pages.Dequeue());
    }

    public Task<Result<IReadOnlyDictionary<string, RecordState>>> ReadAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken cancellationToken)
    {
        RequestsSent++;
        Reads.Add((objectType, ids));
        if ((ReadFailure ?? OnRead?.Invoke(Reads.Count)) is { } failure)
            return Task.FromResult<Result<IReadOnlyDictionary<string, RecordState>>>(failure);
        IReadOnlyDictionary<string, RecordState> found = ids.Where(Records.ContainsKey).ToDictionary(
            id => id, id => new RecordState(id, properties.ToDictionary(name => name, name => Records[id].GetValueOrDefault(name)), ModifiedAt));
        return Task.FromResult(Result.Success(found));
    }

    public async Task<Result<IReadOnlyList<RecordWriteResult>>> WriteAsync(
        string objectType, IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken)
    {
        if (BeforeWrite is { } wait)
            await wait(cancellationToken);
        RequestsSent++;
        Writes.Add(writes);
        if (OnWrite?.Invoke(writes) is { } scripted)
            return scripted;
        IReadOnlyList<RecordWriteResult> results = [.. writes.Select(Apply)];
        return Result.Success(results);
    }

    /// <summary>Takes the values of one write.</summary>
    public RecordWriteResult Apply(RecordWrite write)
    {
        foreach (var (name, value) in write.Values)
            Records[write.ExternalId][name] = value;
        return new RecordWriteResult(write.ExternalId, null, write.Values);
    }

    public Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        Task.FromResult<Result<SetupPlan>>(new SetupPlan([]));

    public Task<Result<IReadOnlyList<SetupOutcome>>> ApplyAsync(SetupPlan plan, CancellationToken cancellationToken) =>
        Task.FromResult(Result.Success<IReadOnlyList<SetupOutcome>>([]));

    public Task<IReadOnlyList<HealthCheck>> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HealthCheck>>([]);

    public Uri? RecordLink(string objectType, string externalId) => null;

    public Task<Result<AccountIdentity>> IdentifyAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Result<AccountIdentity>>(new AccountIdentity(Account, "Fake"));

    public void Expect(string accountId) => Expected = accountId;

    public Task<Result<GonePage>> ReadGoneAsync(ScanWindow window, string? position, CancellationToken cancellationToken) =>
        Task.FromResult<Result<GonePage>>(GonePages.Dequeue());

    public Task<Result<IReadOnlyDictionary<string, IReadOnlyList<Association>>>> ReadLinksAsync(
        string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult(Result.Success<IReadOnlyDictionary<string, IReadOnlyList<Association>>>(
            ids.Where(Links.ContainsKey).ToDictionary(id => id, id => Links[id])));

    public Task<Result<ReadForecast>> ForecastAsync(ScanWindow window, CancellationToken cancellationToken) =>
        Task.FromResult<Result<ReadForecast>>(new ReadForecast(window.ObjectType, Records.Count, "search", 1, TimeSpan.Zero, "1"));

    public Task<Result<IReadOnlyDictionary<string, ValueOrigin>>> ReadOriginsAsync(
        string objectType, IReadOnlyList<string> ids, string property, CancellationToken cancellationToken)
    {
        RequestsSent++;
        return Task.FromResult(Result.Success<IReadOnlyDictionary<string, ValueOrigin>>(
            ids.Where(Origins.ContainsKey).ToDictionary(id => id, id => Origins[id])));
    }

    public Task<Result<SetupPlan>> PlanRemovalAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        Task.FromResult<Result<SetupPlan>>(new SetupPlan([]));

    public Task<Result<IReadOnlyDictionary<string, LabelPlace>>> ReadPlacesAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        Task.FromResult(Result.Success<IReadOnlyDictionary<string, LabelPlace>>(Places));

    IReadOnlyList<string> IRecordReader.ObjectTypes => ["deals"];

    Task<Result<RecordPage>> IRecordReader.ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken) =>
        Task.FromResult<Result<RecordPage>>(RecordPages.Dequeue());

    public Task<Result<CrmDirectory>> ReadDirectoryAsync(CancellationToken cancellationToken) => Task.FromResult<Result<CrmDirectory>>(Directory);
}

/// <summary>A ledger in memory for tests of handlers: one connection, one batch's work.</summary>
internal sealed class FakeLedger : IWorkReader, IRunStore, IConnectorCatalog
{
    public Connection Connection { get; set; } = new(1, "fake", "hubspot", "Fake", WriteMode.On, DateTimeOffset.UnixEpoch);

    public FakeCrm Crm { get; } = new();

    public List<IntentWork> Intents { get; } = [];

    public ScanWork? Scan { get; set; }

    public List<ActivityWork> Activities { get; } = [];

    /// <summary>Called whenever somebody looks at the connections; lets a test pause one at a chosen moment.</summary>
    public Action<int>? OnListConnections { get; set; }

    private int _lists;

    public IReadOnlyList<ICrmConnector> All => [Crm];

    public ICrmConnector? Find(string connectionKey) => connectionKey == Crm.Key ? Crm : null;

    public Task<ScanWork?> ReadScanAsync(long batchId, CancellationToken cancellationToken) => Task.FromResult(Scan);

    public Task<IReadOnlyList<ActivityWork>> ReadActivitiesAsync(long batchId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ActivityWork>>(Activities);

    public Task<IReadOnlyList<IntentWork>> ReadIntentsAsync(long batchId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<IntentWork>>(Intents);

    public Task<IReadOnlyList<Connection>> ListConnectionsAsync(CancellationToken cancellationToken)
    {
        OnListConnections?.Invoke(++_lists);
        return Task.FromResult<IReadOnlyList<Connection>>([Connection]);
    }

    /// <summary>Runs that were asked for.</summary>
    public List<RunRequest> Started { get; } = [];

    /// <summary>Whether scans of every kind are under way, so that no run is made.</summary>
    public bool ScansAreOpen { get; set; }

    public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Started.Add(request);
        return Task.FromResult<(long?, IReadOnlyList<BatchRef>)>((ScansAreOpen ? null : Started.Count, []));
    }

    public Task<RunSummary?> FindAsync(long runId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public List<ActivityKey> ActivityKeys { get; } = [];

    public Task<IReadOnlyList<ActivityKey>> ReadActivityKeysAsync(
        long connectionId, ScanWindow window, long afterId, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ActivityKey>>([.. ActivityKeys.Where(key => key.ActivityId > afterId).Take(limit)]);

    public Task<bool> ChangeAsync(long runId, RunStatus status, string actor, CancellationToken cancellationToken) => Task.FromResult(true);

    public string? BoundAccount { get; set; }

    public Task<string> BindAccountAsync(long connectionId, string accountId, CancellationToken cancellationToken) =>
        Task.FromResult(BoundAccount ??= accountId);

    public Dictionary<string, ScanMarks> Marks { get; } = [];

    public Task<IReadOnlyDictionary<string, ScanMarks>> ReadMarksAsync(long connectionId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, ScanMarks>>(Marks);

    public Task<IReadOnlyList<Connection>> RegisterConnectionsAsync(IReadOnlyList<ConnectionSeed> seeds, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ModeOutcome> SetWriteModeAsync(long connectionId, ModeChange change, CancellationToken cancellationToken) => throw new NotSupportedException();
}
