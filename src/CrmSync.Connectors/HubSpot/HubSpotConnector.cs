using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Notes;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>One HubSpot account. Thread-safe; owns its connections until it is disposed.</summary>
public sealed class HubSpotConnector : ICrmConnector, IDisposable
{
    private readonly CrmTransport _transport;
    private readonly HubSpotAccount _account;
    private readonly HubSpotSelfCheck _selfCheck;
    private readonly HubSpotOptions _options;
    private readonly ITokenSource _tokens;
    private readonly AccountCheck _accountCheck;
    private volatile string? _expected;

    private HubSpotConnector(HubSpotOptions options, string key, TimeProvider time, ILogger logger, ConnectorStores stores, HttpMessageHandler? socket)
    {
        Key = key;
        _options = options;
        _account = new HubSpotAccount();
        var budget = options.Budget;
        var limits = new QuotaLimits(
            (budget.BurstLimit, TimeSpan.FromSeconds(10)), (budget.SearchPerSecond, TimeSpan.FromSeconds(1)),
            new DayMeter(budget.DailyLimit, () => budget.DayShare, _account.Day));
        var gate = new QuotaGate(key, stores.Quotas, limits, time);
        var jitter = Jitter.For(key);
        var wires = CrmWires.Create(gate, options.Timeouts, time, jitter, socket ?? stores.Outbound.SocketFor(options.BaseAddress));
        var dialect = new HubSpotDialect(gate, _account, options.RenewsTokens, time, jitter);
        var version = new HubSpotVersion(options.ApiVersion, [.. options.FallbackVersions], key, time, logger);
        var grant = options.RenewsTokens ? new HubSpotGrant(options, key, wires.Client, version, dialect, time, logger) : null;
        _tokens = grant is not null
            ? new RenewingTokenSource(key, options.BaseAddress, stores.Credentials, grant.AskAsync, time)
            : new StaticTokenSource(
                SafeAddress.AsBase(options.BaseAddress), () => options.Token, options.TokenFile,
                () => HubSpotFailures.TokenMissing.At(new CallPlace(key, "signing in")));
        HubSpotSchemaClient? schema = null;
        _accountCheck = new AccountCheck(key, HubSpotFailures.WrongAccount, (access, token) => IdentifyAsync(schema!, access, token));
        _transport = new CrmTransport(key, wires, _tokens, dialect, options.Timeouts, time, logger) { Account = _accountCheck, Calls = stores.Calls };
        var routes = new HubSpotRoutes(_transport, version);
        var client = new HubSpotClient(routes);
        schema = new HubSpotSchemaClient(routes);
        var scanner = new HubSpotScanner(client, options, key, time, logger);
        var associations = new HubSpotAssociations(client, key, logger);
        var harvest = new HubSpotHarvest(associations, new HubSpotDispositions(schema, time), new HubSpotMailBodies(client, key, logger));
        Reader = new HubSpotActivityReader(scanner, harvest, associations, new HubSpotGoneReader(client, options, key, time), _transport, options);
        Windows = new HubSpotWindowReader(scanner, client, harvest, _transport, key);
        Records = new HubSpotRecordReader(scanner, client, schema, associations, _transport, key, logger);
        Writer = new HubSpotLabelWriter(client, _transport, options, key, time);
        Notes = new HubSpotNoteWriter(client, _transport, key);
        var setup = new HubSpotPropertySetup(schema, _transport, key, time, logger);
        Setup = setup;
        Webhooks = options.TakesWebhooks ? new HubSpotWebhookReader(options, () => _expected ?? _account.PortalId, key, time) : null;
        _selfCheck = new HubSpotSelfCheck(client, schema, setup, _transport, _account, version, grant, options, gate, time);
    }

    /// <inheritdoc/>
    public string Key { get; }

    /// <inheritdoc/>
    public string Kind => ConnectionKinds.HubSpot;

    /// <inheritdoc/>
    public TimeSpan CallTimeout => _options.Timeouts.Call;

    /// <inheritdoc/>
    public IActivityReader Reader { get; }

    /// <inheritdoc/>
    public IWindowReader Windows { get; }

    /// <inheritdoc/>
    public ILabelWriter Writer { get; }

    /// <inheritdoc/>
    public INoteWriter Notes { get; }

    /// <inheritdoc/>
    public IPropertySetup Setup { get; }

    /// <inheritdoc/>
    public IRecordReader Records { get; }

    /// <inheritdoc/>
    public IWebhookReader? Webhooks { get; }

    /// <inheritdoc/>
    public Task<Result<AccountIdentity>> IdentifyAsync(CancellationToken cancellationToken) =>
        _transport.CallAsync(CallKind.Read, "checking the account", _transport.IdentifyAsync, cancellationToken);

    /// <inheritdoc/>
    public void Expect(string accountId)
    {
        _expected = accountId;
        _accountCheck.Expect(accountId);
    }

    /// <inheritdoc/>
    public long RequestsSent => _transport.Sent;

    /// <summary>Makes a connector without a container.</summary>
    /// <param name="options">The account; the token in it is read for every request.</param>
    /// <param name="key">Permanent key of the connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    public static HubSpotConnector Create(HubSpotOptions options, string key, TimeProvider time, ILoggerFactory loggers) =>
        Create(options, key, time, loggers, ConnectorStores.InProcess(time));

    /// <summary>Makes a connector that shares its limits and credentials with others.</summary>
    /// <inheritdoc cref="Create(HubSpotOptions, string, TimeProvider, ILoggerFactory)"/>
    public static HubSpotConnector Create(
        HubSpotOptions options, string key, TimeProvider time, ILoggerFactory loggers, ConnectorStores stores) =>
        Create(options, key, time, loggers, stores, socket: null);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HealthCheck>> CheckAsync(CancellationToken cancellationToken) => _selfCheck.RunAsync(cancellationToken);

    /// <inheritdoc/>
    public QuotaDay? QuotaDayAt(DateTimeOffset now)
    {
        var (start, end) = _account.Day(now);
        return new QuotaDay(start, end, _options.Budget.DailyLimit, _options.Budget.DayShare, IsRolling: false);
    }

    /// <inheritdoc/>
    public Uri? RecordLink(string objectType, string externalId)
    {
        if (_account.PortalId is not { } portal || !_options.BaseAddress.Host.EndsWith(".hubapi.com", StringComparison.OrdinalIgnoreCase))
            return null;
        var type = HubSpotObjectType.All.FirstOrDefault(known => known.Name == objectType)?.TypeId ?? objectType switch
        {
            "contacts" => "0-1",
            "companies" => "0-2",
            "deals" => "0-3",
            _ => null,
        };
        var host = _account.PagesHost is { } pages && pages.EndsWith(".hubspot.com", StringComparison.OrdinalIgnoreCase) ? pages : "app.hubspot.com";
        return type is null
            ? null
            : new Uri($"https://{host}/contacts/{Uri.EscapeDataString(portal)}/record/{type}/{Uri.EscapeDataString(externalId)}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        (_tokens as IDisposable)?.Dispose();
    }

    internal static HubSpotConnector Create(
        HubSpotOptions options, string key, TimeProvider time, ILoggerFactory loggers, HttpMessageHandler? socket) =>
        Create(options, key, time, loggers, ConnectorStores.InProcess(time), socket);

    internal static HubSpotConnector Create(
        HubSpotOptions options, string key, TimeProvider time, ILoggerFactory loggers, ConnectorStores stores, HttpMessageHandler? socket)
    {
        var faults = options.Faults(key).ToList();
        return faults.Count == 0
            ? new HubSpotConnector(options, key, time, loggers.CreateLogger<HubSpotConnector>(), stores, socket)
            : throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
    }

    private async Task<Result<AccountIdentity>> IdentifyAsync(HubSpotSchemaClient schema, AccessToken access, CancellationToken token)
    {
        var details = await schema.AccountWithAsync(access, token);
        if (!details.Succeeded)
            return details.Failure;
        if (details.Value.Body.Filled("portalId") is not { } portal)
            return HttpFailures.Unreadable.At(new CallPlace(Key, "checking the account"));
        // What belongs to another account's token must not lead to that account's pages.
        if (_expected is null || _expected == portal)
            _account.Learn(details.Value.Body);
        // HubSpot gives accounts no name here; the host of its pages tells at least the region.
        return new AccountIdentity(portal, details.Value.Body.Filled("uiDomain") ?? "");
    }
}
