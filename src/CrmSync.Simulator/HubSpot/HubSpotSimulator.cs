using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot.Faults;
using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.HubSpot.Webhooks;
using CrmSync.Simulator.HubSpot.World;
using CrmSync.Simulator.Seed;
using Microsoft.AspNetCore.Builder;

namespace CrmSync.Simulator.HubSpot;

/// <summary>
/// A HubSpot account on a real HTTP server on 127.0.0.1, with HubSpot's shapes, limits, delays and errors. Same seed and same calls give
/// the same answers. Thread-safe.
/// </summary>
public sealed class HubSpotSimulator : ISimulatedCrm
{
    private readonly Account _account;
    private readonly Account _otherAccount;
    private readonly Portal _portal;
    private readonly WorldLoader _loader;
    private readonly DailyQuota _quota;
    private readonly WebhookOutlet? _webhooks;
    private readonly TokenGate _tokens;
    private readonly OAuthRoutes _oauth;
    private readonly RateGate _rates;
    private readonly RecordWrites _writes;
    private readonly People _people;
    private LoopbackHost? _host;

    private HubSpotSimulator(HubSpotSimulatorOptions options, TimeProvider clock)
    {
        Dials = new FaultBoard(options.Seed);
        _account = new Account(options, clock);
        _otherAccount = new Account(options with { PortalId = options.PortalId + 1 }, clock);
        _portal = _account.Portal;
        _loader = new WorldLoader(_portal, options);
        _tokens = new TokenGate(options, Dials, clock);
        _oauth = new OAuthRoutes(options, _tokens, Dials, clock);
        _rates = new RateGate(options, clock);
        _quota = new DailyQuota(Dials, options.TimeZone, clock);
        _writes = _account.Writes;
        _people = new People(_portal);
        new DialOffer(Dials, _portal, _tokens, _quota).Make(options);
        if (options.Webhooks.Count > 0)
        {
            _webhooks = new WebhookOutlet(options, clock);
            _portal.Happened = _webhooks.Tell;
        }
    }

    /// <summary>Starts an account that listens; load a world before or after.</summary>
    /// <param name="options">Its behaviour.</param>
    /// <param name="clock">Its time: stamps, quotas, index lag, slow answers.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="SimulatorPortInUseException">The port is taken.</exception>
    public static async Task<HubSpotSimulator> StartAsync(
        HubSpotSimulatorOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        var simulator = new HubSpotSimulator(options, clock);
        simulator._host = await LoopbackHost.StartAsync("HubSpot", options.Port, app => simulator.Configure(app, options, clock),
            cancellationToken);
        return simulator;
    }

    /// <inheritdoc/>
    public string Kind => "hubspot";

    /// <inheritdoc/>
    public Uri BaseAddress => _host!.BaseAddress;

    /// <inheritdoc/>
    public CallLog Calls { get; } = new();

    /// <summary>Faults that the next calls meet. Status 429 takes HubSpot's policy name as <see cref="Fault.Code"/>.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>The faults of the list that HubSpot itself can show, F3 and F9 to F31; each takes calls as its setting says.</summary>
    public FaultBoard Dials { get; }

    /// <inheritdoc/>
    public bool QuotasOn
    {
        get => _rates.Quotas.On;
        set => _rates.Quotas.On = value;
    }

    /// <summary>Requests that counted against today's limit.</summary>
    public int RequestsToday => _rates.UsedToday;

    /// <inheritdoc/>
    public void Load(SeedWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        _loader.Load(world);
    }

    /// <inheritdoc/>
    public SimulatedRecord Add(SeedActivity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return _people.Describe(_loader.Add(activity, null, "person"));
    }

    /// <inheritdoc/>
    public void EditText(string objectType, string id, string subject, string body) =>
        _people.EditText(Existing(objectType, id), subject, body);

    /// <inheritdoc/>
    public void EditProperty(string objectType, string id, string property, string? value) =>
        _people.EditProperty(Existing(objectType, id), property, value);

    /// <inheritdoc/>
    public IReadOnlyList<SimulatedRecord> ListActivities(int skip, int take) =>
        [.. _portal.NewestActivities(skip, take).Select(_people.Describe)];

    /// <inheritdoc/>
    public int CountActivities() => _portal.LiveActivities;

    /// <inheritdoc/>
    public SimulatedRecord? Find(string objectType, string id) =>
        HubSpotObjectType.Find(objectType) is { } type && ApiCall.IdOf(id) is { } number && _portal.Table(type).Find(number) is { } record
            ? _people.Describe(record) : null;

    /// <inheritdoc/>
    public IReadOnlyList<SimulatedChange> History(string objectType, string id, string property) =>
        _people.History(Existing(objectType, id), property);

    /// <summary>Accepts a token from now on, or changes its scopes or expiry.</summary>
    public void PutToken(HubSpotToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        _tokens.Put(token);
    }

    /// <summary>Refuses a token from now on, be it an access token or a refresh token.</summary>
    public void RevokeToken(string value)
    {
        _tokens.Revoke(value);
        _oauth.Revoke(value);
    }

    /// <summary>An administrator defines a property in HubSpot's settings, whatever the API allows.</summary>
    /// <param name="objectType">Object type.</param>
    /// <param name="name">Name.</param>
    /// <param name="type">HubSpot's property type, such as string or enumeration.</param>
    /// <param name="options">Option values of an enumeration.</param>
    /// <returns>Whether it is new or was archived; false where it is there already.</returns>
    public bool DefineProperty(string objectType, string name, string type = "string", params IReadOnlyList<string> options) =>
        _people.DefineProperty(HubSpotObjectType.Get(objectType), name, type, options);

    /// <summary>One of HubSpot's own jobs moves last-modified instants, all to the same one, and changes nothing else.</summary>
    /// <param name="objectType">Object type.</param>
    /// <param name="ids">Records; null touches all that are not archived.</param>
    /// <param name="at">The instant that all get; null for now.</param>
    /// <returns>How many were touched.</returns>
    public int Touch(string objectType, IEnumerable<string>? ids = null, DateTimeOffset? at = null)
    {
        var type = HubSpotObjectType.Get(objectType);
        var rows = _portal.Table(type).Rows;
        var records = ids?.Select(id => Existing(objectType, id)) ?? rows.Records.Take(rows.Count).Where(r => r.Current.ArchivedAt is null);
        return _portal.Touch(records, at?.ToUnixTimeMilliseconds() ?? _portal.Now);
    }

    /// <summary>A person deletes a record: it goes to the recycle bin and its last-modified instant stays.</summary>
    public void Archive(string objectType, string id) =>
        _portal.SetArchived(Existing(objectType, id), true, ChangeSource.Person(People.Administrator));

    /// <summary>A person restores a deleted record under its id.</summary>
    public void Restore(string objectType, string id) =>
        _portal.SetArchived(Existing(objectType, id), false, ChangeSource.Person(People.Administrator));

    /// <summary>A person merges a contact, company or deal into another: its id answers with the survivor from now on.</summary>
    /// <exception cref="ArgumentException">A record does not exist, both are the same, or the type cannot be merged.</exception>
    public void Merge(string objectType, string mergedId, string survivorId)
    {
        var (merged, survivor) = (Existing(objectType, mergedId), Existing(objectType, survivorId));
        if (merged == survivor || merged.Type.IsActivity)
            throw new ArgumentException($"{objectType} {mergedId} cannot be merged into {survivorId}.", nameof(mergedId));
        _portal.Merge(merged, survivor, ChangeSource.Person(People.Administrator));
    }

    /// <summary>A person links two records, in both directions and with HubSpot's own type; last-modified instants stay.</summary>
    /// <exception cref="ArgumentException">A record does not exist, or the types cannot be associated.</exception>
    public void Associate(string fromType, string fromId, string toType, string toId)
    {
        var (from, to) = (Existing(fromType, fromId), Existing(toType, toId));
        _portal.Associate(from, to, AssociationTypes.DefaultOf(from.Type, to.Type)
            ?? throw new ArgumentException($"{from.Type.Plural} and {to.Type.Plural} cannot be associated in the simulated HubSpot.",
                nameof(toType)), ChangeSource.Person(People.Administrator));
    }

    /// <summary>A person removes every link between two records; last-modified instants stay.</summary>
    public void Dissociate(string fromType, string fromId, string toType, string toId) =>
        _portal.Dissociate(Existing(fromType, fromId), Existing(toType, toId), ChangeSource.Person(People.Administrator));

    /// <summary>Something other than a person or our app sets a property: a workflow, an import, HubSpot's own calculation.</summary>
    /// <param name="objectType">Object type.</param>
    /// <param name="id">Record.</param>
    /// <param name="property">Property.</param>
    /// <param name="value">New value; null clears.</param>
    /// <param name="sourceType">As property history names it, such as AUTOMATION_PLATFORM or IMPORT.</param>
    /// <param name="sourceId">Its id in the history; null for none.</param>
    public void ChangeBy(string objectType, string id, string property, string? value, string sourceType, string? sourceId = null) =>
        _people.EditProperty(Existing(objectType, id), property, value, new ChangeSource(sourceType, sourceId, null, "app"));

    /// <summary>A rep leaves: the owner stays on records, and is listed among the archived alone.</summary>
    /// <exception cref="ArgumentException">There is no such owner.</exception>
    public void DeactivateOwner(string ownerId)
    {
        if (_portal.OwnerById(ownerId) is null)
            throw new ArgumentException($"The simulated HubSpot has no owner {ownerId}.", nameof(ownerId));
        _portal.Owners = [.. _portal.Owners.Select(o => o.IdText == ownerId ? o with { Archived = true } : o)];
    }

    /// <summary>Makes writes to a record answer 423 until it is unlocked.</summary>
    public void Lock(string objectType, string id)
    {
        var record = Existing(objectType, id);
        _writes.Locked[(record.Type.Index, record.Id)] = true;
    }

    /// <summary>Ends <see cref="Lock"/>.</summary>
    public void Unlock(string objectType, string id)
    {
        var record = Existing(objectType, id);
        _writes.Locked.TryRemove((record.Type.Index, record.Id), out _);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_webhooks is not null)
            await _webhooks.DisposeAsync();
    }

    private CrmRecord Existing(string objectType, string id) =>
        ApiCall.IdOf(id) is { } number && _portal.Table(HubSpotObjectType.Get(objectType)).Find(number) is { } record
            ? record
            : throw new ArgumentException($"The simulated HubSpot has no record {id} among its {objectType}.", nameof(id));

    private void Configure(WebApplication app, HubSpotSimulatorOptions options, TimeProvider clock)
    {
        new ApiPipeline(options, _tokens, _rates, Faults, Dials, _quota, Calls, clock).Use(app);
        _account.Map(app);
        _otherAccount.Map(app.MapGroup(ApiPipeline.OtherRoot));
        _oauth.Map(app);
        options.MapPages?.Invoke(app, this);
    }
}
