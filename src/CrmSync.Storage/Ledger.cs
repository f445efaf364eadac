using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Storage.Access;
using CrmSync.Storage.Acts;
using CrmSync.Storage.Asks;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Credentials;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Previews;
using CrmSync.Storage.Quotas;
using CrmSync.Storage.Runs;
using CrmSync.Storage.Search;
using CrmSync.Storage.Taxonomies;
using CrmSync.Storage.Webhooks;
using Microsoft.Extensions.Logging;

namespace CrmSync.Storage;

/// <summary>
/// The ledger on SQLite or PostgreSQL. Thread-safe; every writing method is one transaction unless it says otherwise. Expected trouble of
/// the database (locked, full, unreachable) is thrown as <see cref="LedgerException"/> with a sentence for the operator.
/// </summary>
public sealed partial class Ledger : IBatchStore, IWorkReader, IRunStore, IScheduleStore, ILabelPlaceStore, ILedgerReadConnections, IAsyncDisposable
{
    private readonly LedgerDatabase _database;
    private readonly BatchClaims _claims;
    private readonly BatchCommits _commits;
    private readonly Gathering _gathering;
    private readonly WorkReading _work;
    private readonly RunRows _runs;
    private readonly ConnectionRows _connections;
    private readonly ConnectionModes _modes;
    private readonly ScheduleRows _schedules;
    private readonly RunChanges _changes;
    private readonly LabelPlaces _places;

    private Ledger(LedgerDatabase database, LedgerOptions options, TimeProvider clock)
    {
        _database = database;
        _claims = new BatchClaims(database, clock);
        _commits = new BatchCommits(database, clock);
        _gathering = new Gathering(database);
        _work = new WorkReading(database);
        _runs = new RunRows(database);
        _connections = new ConnectionRows(database);
        _modes = new ConnectionModes(database);
        _schedules = new ScheduleRows(database);
        _scheduleDesk = new ScheduleDeskRows(database);
        _changes = new RunChanges(database);
        _places = new LabelPlaces(database);
        _search = new SearchRows(database, clock);
        _quotas = new QuotaRows(database, clock);
        var masterKeys = new MasterKeyRing(options.MasterKeyPlace);
        _credentials = new CredentialRows(database, masterKeys);
        _webhooks = new WebhookRows(database);
        _askReading = new AskReading(database);
        _askGatherer = new AskGatherer(database);
        _hostedDays = new HostedDays(database);
        _taxonomies = new TaxonomyRows(database);
        _acts = new ActRows(database);
        _apiKeys = new ApiKeyRows(database, clock);
        _accounts = new AccountRows(database);
        _invitations = new InvitationRows(database);
        _signIns = new SignInRows(database);
        _protectionKeys = new ProtectionKeyRows(database, masterKeys);
        _clock = clock;
        _previews = new PreviewRows(database, _acts);
    }

    /// <inheritdoc/>
    public LedgerDialect Dialect => _database.Dialect;

    /// <summary>Opens the ledger and brings its schema up to date.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="clock">This process's clock: for <see cref="ClaimedBatch.LeaseEndsAt"/> and for pauses. Leases run by the database's own.</param>
    /// <param name="loggers">Where applied migrations are told.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LedgerException">It cannot be used; the message says why and what to do.</exception>
    public static async Task<Ledger> OpenAsync(LedgerOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        options.Validate();
        LedgerDatabase database = string.IsNullOrWhiteSpace(options.File)
            ? PostgresDatabase.Create(options)
            : await SqliteDatabase.OpenAsync(options, clock, cancellationToken);
        try
        {
            await new Migrator(database, Migration.Load(database.Dialect), loggers.CreateLogger<Migrator>()).MigrateAsync(cancellationToken);
            return new Ledger(database, options, clock);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Makes this process the host of a SQLite file that was opened with <see cref="LedgerOptions.Host"/> false: a command that found no
    /// living host. Harmless where it is the host already, and on PostgreSQL.
    /// </summary>
    /// <exception cref="LedgerException">Another process is the host.</exception>
    public void BecomeHost() => (_database as SqliteDatabase)?.BecomeHost();

    /// <inheritdoc/>
    public ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken) => _database.OpenReadAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ClaimedBatch?> ClaimAsync(long batchId, string node, TimeSpan lease, CancellationToken cancellationToken) =>
        _claims.ClaimAsync(batchId, node, lease, cancellationToken);

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(ClaimedBatch batch, LedgerChange change, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(change);
        return _commits.CommitAsync(batch, change, lease, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Discards hopeless batches first, each in a transaction of its own.</remarks>
    public Task<IReadOnlyList<BatchRef>> TakeDueAsync(DateTimeOffset enqueuedBefore, int maximumAttempts, int limit, CancellationToken cancellationToken) =>
        _claims.TakeDueAsync(enqueuedBefore, maximumAttempts, limit, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>One transaction per connection.</remarks>
    public Task<IReadOnlyList<BatchRef>> GatherAsync(
        IReadOnlyDictionary<long, int> writeBatchSizes, TimeSpan linger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writeBatchSizes);
        return _gathering.GatherAsync(writeBatchSizes, linger, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(string node, CancellationToken cancellationToken) => _claims.ReleaseAsync(node, cancellationToken);

    /// <inheritdoc/>
    public Task<ScanWork?> ReadScanAsync(long batchId, CancellationToken cancellationToken) => _work.ReadScanAsync(batchId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityWork>> ReadActivitiesAsync(long batchId, CancellationToken cancellationToken) =>
        _work.ReadActivitiesAsync(batchId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<IntentWork>> ReadIntentsAsync(long batchId, CancellationToken cancellationToken) =>
        _work.ReadIntentsAsync(batchId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityKey>> ReadActivityKeysAsync(
        long connectionId, ScanWindow window, long afterId, int limit, CancellationToken cancellationToken) =>
        _work.ReadActivityKeysAsync(connectionId, window, afterId, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ChangeAsync(long runId, RunStatus status, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _changes.ChangeAsync(runId, status, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string> BindAccountAsync(long connectionId, string accountId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(accountId);
        return _connections.BindAccountAsync(connectionId, accountId, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, LabelPlace>> ReadPlacesAsync(long connectionId, CancellationToken cancellationToken) =>
        _places.ReadPlacesAsync(connectionId, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>One transaction for the places, then one per thousand activities. A call that is cut off leaves the rest to the next gathering.</remarks>
    public Task<IReadOnlyList<string>> SavePlacesAsync(
        long connectionId, IReadOnlyDictionary<string, LabelPlace> places, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(places);
        return _places.SavePlacesAsync(connectionId, places, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(RunRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _runs.StartAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunSummary?> FindAsync(long runId, CancellationToken cancellationToken) => _runs.FindAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, ScanMarks>> ReadMarksAsync(long connectionId, CancellationToken cancellationToken) =>
        _runs.ReadMarksAsync(connectionId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Connection>> RegisterConnectionsAsync(IReadOnlyList<ConnectionSeed> seeds, CancellationToken cancellationToken) =>
        _connections.RegisterAsync(seeds, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Connection>> ListConnectionsAsync(CancellationToken cancellationToken) => _connections.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ModeOutcome> SetWriteModeAsync(long connectionId, ModeChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentException.ThrowIfNullOrWhiteSpace(change.Actor);
        return _modes.SetAsync(connectionId, change, cancellationToken);
    }

    /// <inheritdoc/>
    public Task SeedAsync(IReadOnlyList<ScheduleRow> schedules, CancellationToken cancellationToken) => _schedules.SeedAsync(schedules, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ScheduleRow>> ListAsync(CancellationToken cancellationToken) => _schedules.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(ScheduleRow schedule, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return _schedules.SaveAsync(schedule, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task MarkFiredAsync(string key, CancellationToken cancellationToken) => _schedules.MarkFiredAsync(key, cancellationToken);

    /// <inheritdoc/>
    public Task BeatAsync(string node, CancellationToken cancellationToken) => _schedules.BeatAsync(node, cancellationToken);

    /// <inheritdoc/>
    public Task StopNodeAsync(string node, CancellationToken cancellationToken) => _schedules.StopNodeAsync(node, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsAnyNodeAliveAsync(string exceptNode, TimeSpan within, CancellationToken cancellationToken) =>
        _schedules.IsAnyNodeAliveAsync(exceptNode, within, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _credentials.Dispose();
        return _database.DisposeAsync();
    }
}
