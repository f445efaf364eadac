using System.Text.Json.Nodes;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Trouble;
using CrmSync.Simulator.Seed;

namespace CrmSync.Simulator.Salesforce;

/// <summary>
/// A local Salesforce: a real HTTP server on loopback that answers the REST and Tooling routes, SOQL and errors that a connector meets.
/// Thread-safe. It proves that a client speaks the wire format, not that it equals Salesforce.
/// </summary>
public sealed class SalesforceSimulator : ISimulatedCrm
{
    private readonly SalesforceServer _server;
    private readonly SeedLoader _loader;
    private LoopbackHost? _host;

    private SalesforceSimulator(SalesforceServer server)
    {
        _server = server;
        _loader = new SeedLoader(server.Home.Org, server.Options);
    }

    /// <inheritdoc/>
    public string Kind => "salesforce";

    /// <inheritdoc/>
    public Uri BaseAddress => _host!.BaseAddress;

    /// <inheritdoc/>
    public CallLog Calls => _server.Calls;

    /// <summary>Faults of the wire that the next calls meet; <see cref="Fault.Code"/> takes Salesforce's errorCode.</summary>
    public FaultPlan Faults => _server.Faults;

    /// <summary>What can go wrong in the org, to be turned while it runs.</summary>
    public FaultBoard Dials => _server.Dials;

    /// <inheritdoc/>
    public bool QuotasOn
    {
        get => _server.Quotas.On;
        set => _server.Quotas.On = value;
    }

    /// <summary>Id of the user that every API client acts as: LastModifiedById of its writes.</summary>
    public string IntegrationUserId => _server.Home.Org.IntegrationUserId;

    /// <summary>Starts a simulator that listens when the task ends.</summary>
    /// <exception cref="SimulatorPortInUseException">The port is in use.</exception>
    public static async Task<SalesforceSimulator> StartAsync(
        SalesforceSimulatorOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        SalesforceServer server = new(options, clock);
        var simulator = new SalesforceSimulator(server);
        simulator._host = await LoopbackHost.StartAsync(
            "Salesforce", options.Port,
            app =>
            {
                server.Map(app);
                options.MapPages?.Invoke(app, simulator);
            },
            cancellationToken);
        return simulator;
    }

    /// <inheritdoc/>
    public void Load(SeedWorld world)
    {
        lock (_server.Home.Org.Gate)
            _loader.Load(world, _server.Options.ArchiveOldActivities);
    }

    /// <inheritdoc/>
    public SimulatedRecord Add(SeedActivity activity) => AddLate(activity, new DateTimeOffset(_server.Home.Org.Now));

    /// <summary>
    /// Adds an activity whose SystemModstamp lies in the past, as a long transaction leaves it when it commits: a reader that has already
    /// passed that second misses it unless it looks back.
    /// </summary>
    public SimulatedRecord AddLate(SeedActivity activity, DateTimeOffset stamp)
    {
        lock (_server.Home.Org.Gate)
            return Describe(_loader.Add(activity, _loader.AsOwner(activity, SalesforceText.WholeSecond(stamp))));
    }

    /// <summary>Stamps the newest records of an object with one and the same second, as a bulk edit does.</summary>
    /// <returns>How many were stamped.</returns>
    public int StampTogether(string objectType, int count) => _server.Home.StampTogether(objectType, count);

    /// <summary>A person deletes a record.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public void Delete(string objectType, string id)
    {
        lock (_server.Home.Org.Gate)
            RecordFates.Delete(_server.Home.Org, Require(objectType, id));
    }

    /// <summary>A person merges two accounts, contacts or leads: the loser's children become the winner's.</summary>
    /// <exception cref="ArgumentException">One of them does not exist.</exception>
    public void Merge(string objectType, string loser, string winner)
    {
        lock (_server.Home.Org.Gate)
            RecordFates.Merge(_server.Home.Org, Require(objectType, loser), Require(objectType, winner));
    }

    /// <inheritdoc/>
    public void EditText(string objectType, string id, string subject, string body) => Edit(objectType, id, table =>
    [
        Fitted(table.Fields.Find("Subject") ?? table.Fields["Name"], subject),
        Fitted(table.Fields.Find("Description") ?? table.Fields["TextBody"], body),
    ]);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The record or property does not exist, or a person could not set this value.</exception>
    public void EditProperty(string objectType, string id, string property, string? value) =>
        Edit(objectType, id, table => [ReadValue(table, property, value)]);

    /// <summary>Activities, newest first by when they were logged; a meeting may lie in the future.</summary>
    public IReadOnlyList<SimulatedRecord> ListActivities(int skip, int take)
    {
        lock (_server.Home.Org.Gate)
            return [.. Activities().Skip(skip).Take(take).Select(Describe)];
    }

    /// <summary>Live records of an object, the newest first; none where the org does not have it.</summary>
    public IReadOnlyList<SimulatedRecord> ListRecords(string objectType)
    {
        lock (_server.Home.Org.Gate)
            return _server.Home.Org.FindTable(objectType) is { } table ? [.. table.NewestFirst().Where(row => !row.Flag("IsDeleted")).Select(Describe)] : [];
    }

    /// <inheritdoc/>
    public int CountActivities()
    {
        lock (_server.Home.Org.Gate)
            return Activities().Count();
    }

    /// <inheritdoc/>
    public SimulatedRecord? Find(string objectType, string id) => FindRow(objectType, id) is { } row ? Describe(row) : null;

    /// <inheritdoc/>
    public IReadOnlyList<SimulatedChange> History(string objectType, string id, string property)
    {
        lock (_server.Home.Org.Gate)
            return FindRow(objectType, id) is { } row && row.Table.Fields.Find(property) is { } field ? _server.Home.Org.History.Read(row, field) : [];
    }

    /// <summary>Stops listening; requests under way are answered first, for some seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
    }

    private static FieldValue Fitted(SalesforceField field, string text) =>
        new(field.Name, text.Length == 0 ? null : SalesforceText.Fit(text, field.Length));

    private static FieldValue ReadValue(SalesforceTable table, string property, string? value)
    {
        SalesforceField? field = table.Fields.Find(property);
        if (field is null || (!field.Custom && !field.Updateable))
            throw new ArgumentException($"{table.Name} has no property {property} that a person could set.", nameof(property));
        JsonNode? node = field.Kind == FieldKind.Boolean ? JsonValue.Create(value == "true") : value is null ? null : JsonValue.Create(value);
        object? read;
        WriteProblem? problem;
        try
        {
            read = JsonValueReader.Read(field, node, out problem);
        }
        catch (SalesforceException failure)
        {
            throw new ArgumentException(failure.Message, nameof(value), failure);
        }

        return problem is null ? new FieldValue(field.Name, read) : throw new ArgumentException(problem.Message, nameof(value));
    }

    private void Edit(string objectType, string id, Func<SalesforceTable, FieldValue[]> values)
    {
        lock (_server.Home.Org.Gate)
        {
            SalesforceRow row = Require(objectType, id);
            WriteStamp by = new(Actor.Person, PersonOf(row), _server.Home.Org.Now);
            _server.Home.Org.Update(row, values(row.Table), by);
        }
    }

    private IEnumerable<SalesforceRow> Activities() =>
        SimulatedRecords.Merge(_server.Home.Org["Task"].NewestFirst(), _server.Home.Org["Event"].NewestFirst())
            .Where(row => !row.Flag("IsDeleted") && !row.Flag("IsArchived"));

    private SalesforceRow? FindRow(string objectType, string id) =>
        SalesforceId.Normalise(id) is { } full && _server.Home.Org.FindTable(objectType)?.Find(full) is { } row && !row.Flag("IsDeleted") ? row : null;

    private SalesforceRow Require(string objectType, string id) =>
        FindRow(objectType, id) ?? throw new ArgumentException($"There is no {objectType} with the id {id}.", nameof(id));

    private static string PersonOf(SalesforceRow row) => row.Text("OwnerId") ?? row.Text("CreatedById") ?? "";

    private SimulatedRecord Describe(SalesforceRow row) => SimulatedRecords.Describe(_server.Home.Org, row);
}
