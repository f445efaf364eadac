using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Notes;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>One Salesforce org. Thread-safe; owns its connections until it is disposed.</summary>
public sealed class SalesforceConnector : ICrmConnector, IDisposable
{
    private readonly CrmTransport _transport;
    private readonly SalesforceSessions _sessions;
    private readonly SalesforceVersions _versions;
    private readonly SalesforceClient _client;
    private readonly SalesforceSelfCheck _selfCheck;
    private readonly SalesforceOptions _options;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _names = new();

    private SalesforceConnector(SalesforceOptions options, string key, TimeProvider time, ILogger logger, ConnectorStores stores, HttpMessageHandler? socket)
    {
        Key = key;
        _options = options;
        var budget = options.Budget;
        var limits = new QuotaLimits(
            (budget.RequestsPerSecond, TimeSpan.FromSeconds(1)), Search: null,
            new DayMeter(budget.DailyLimit, () => budget.DayShare, now => (now.AddHours(-24), now + SalesforceDialect.DailyWait)), budget.MaxConcurrent);
        var gate = new QuotaGate(key, stores.Quotas, limits, time);
        var jitter = Jitter.For(key);
        var wires = CrmWires.Create(gate, options.Timeouts, time, jitter, socket ?? stores.Outbound.SocketFor(options.LoginAddress!));
        var dialect = new SalesforceDialect(gate, time, jitter);
        _sessions = new SalesforceSessions(options, new SalesforceSignIn(options, key, wires.Client, time), stores.Credentials, key, time, logger);
        _transport = new CrmTransport(key, wires, _sessions, dialect, options.Timeouts, time, logger)
        {
            // The sign-in tells the org, so knowing it costs no request; its name is looked up when somebody asks.
            Account = new AccountCheck(key, SalesforceFailures.WrongAccount, (token, _) =>
                Task.FromResult(_sessions.OrgOf(token).Map(org => new AccountIdentity(org, "")))),
            Calls = stores.Calls,
        };
        _versions = new SalesforceVersions(_transport, options.ApiVersion, key, logger);
        _client = new SalesforceClient(_transport, _versions);
        var schema = new SalesforceSchema(_client, key, time, logger);
        var rows = new SalesforceRows(_client, key);
        var scan = new SalesforceRowScan(_client, schema, new SalesforceBulkQuery(_client, key, time), options, key, time, logger);
        var reader = new SalesforceActivityReader(
            scan, new SalesforceGone(_client, scan, schema, key, time, logger), new SalesforceForecast(_client, schema, dialect, options, key),
            new SalesforceEmails(rows, schema), new SalesforceNotes(_client, rows, options.Timeouts.Call / 2, key, time, logger), rows, schema, _transport);
        Reader = reader;
        Windows = new SalesforceWindowReader(_client, scan, rows, schema, reader, _transport, key);
        Records = new SalesforceRecordReader(
            scan, new SalesforceDeals(rows, schema, key, logger), new SalesforceDirectory(rows, schema, options, key, logger), schema, _transport, options);
        Writer = new SalesforceLabelWriter(
            _client, schema, dialect, rows, new SalesforceBulkWriter(_client, dialect, options, key, time, logger),
            new SalesforceOrigins(rows, schema, _sessions, key, logger), _transport, options, key);
        Notes = new SalesforceNoteWriter(
            _client, schema, rows, new SalesforceNotes(_client, rows, options.Timeouts.Call / 2, key, time, logger), dialect, _transport, key);
        Setup = new SalesforcePropertySetup(
            new SalesforceSetupPlanner(schema, new SalesforceFieldCatalog(_client), new SalesforceGrants(_client, _sessions, key), key),
            new SalesforceSetupSteps(new SalesforceTooling(_client), new SalesforceFieldCatalog(_client), new SalesforceGrants(_client, _sessions, key), key),
            schema, _transport, key, time, logger);
        _selfCheck = new SalesforceSelfCheck(_sessions, _client, _versions, schema, _transport, gate, rows, Notes, key, time);
    }

    /// <inheritdoc/>
    public string Key { get; }

    /// <inheritdoc/>
    public string Kind => ConnectionKinds.Salesforce;

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
    public IWebhookReader? Webhooks => null;

    /// <inheritdoc/>
    public Task<Result<AccountIdentity>> IdentifyAsync(CancellationToken cancellationToken) =>
        _transport.CallAsync(CallKind.Read, "asking which org this is", IdentifyNowAsync, cancellationToken);

    /// <inheritdoc/>
    public void Expect(string accountId) => _transport.Account!.Expect(SalesforceId.Normalise(accountId) ?? accountId);

    /// <inheritdoc/>
    public long RequestsSent => _transport.Sent;

    /// <summary>Makes a connector without a container.</summary>
    /// <param name="options">The org; secrets in it are read at every sign-in.</param>
    /// <param name="key">Permanent key of the connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    public static SalesforceConnector Create(SalesforceOptions options, string key, TimeProvider time, ILoggerFactory loggers) =>
        Create(options, key, time, loggers, ConnectorStores.InProcess(time));

    /// <summary>Makes a connector that shares its limits and credentials with others.</summary>
    /// <inheritdoc cref="Create(SalesforceOptions, string, TimeProvider, ILoggerFactory)"/>
    public static SalesforceConnector Create(
        SalesforceOptions options, string key, TimeProvider time, ILoggerFactory loggers, ConnectorStores stores) =>
        Create(options, key, time, loggers, stores, socket: null);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HealthCheck>> CheckAsync(CancellationToken cancellationToken) => _selfCheck.RunAsync(cancellationToken);

    /// <inheritdoc/>
    public QuotaDay? QuotaDayAt(DateTimeOffset now) =>
        new(now.AddHours(-24), now.AddHours(24), _options.Budget.DailyLimit, _options.Budget.DayShare, IsRolling: true);

    /// <inheritdoc/>
    public Uri? RecordLink(string objectType, string externalId)
    {
        // The common sign-in hosts hold no records; there, the org's own address is known only after the first sign-in.
        var host = _options.LoginAddress!.Host is var login && login is "login.salesforce.com" or "test.salesforce.com" ? _sessions.Instance ?? "" : login;
        return host.EndsWith(".salesforce.com", StringComparison.OrdinalIgnoreCase) && SalesforceId.Normalise(externalId) is { } id
            ? new Uri($"https://{host}/{id}")
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _sessions.Dispose();
        _versions.Dispose();
    }

    private async Task<Result<AccountIdentity>> IdentifyNowAsync(CancellationToken token)
    {
        var identity = await _transport.IdentifyAsync(token);
        if (!identity.Succeeded || _names.ContainsKey(identity.Value.Id))
            return identity.Map(who => who with { Name = _names.GetValueOrDefault(who.Id, "") });
        var answer = await _client.QueryAsync("SELECT Id, Name FROM Organization LIMIT 1", "asking the org's name", token);
        // The name is a courtesy; a user who may not read it works as well.
        if (!answer.Succeeded)
            return answer.Failure.Code == SalesforceFailures.WrongAccount.Code ? answer.Failure : identity;
        var name = answer.Value.Body.Items("records").FirstOrDefault().Text("Name") ?? "";
        _names[identity.Value.Id] = name;
        return identity.Value with { Name = name };
    }

    internal static SalesforceConnector Create(
        SalesforceOptions options, string key, TimeProvider time, ILoggerFactory loggers, HttpMessageHandler? socket) =>
        Create(options, key, time, loggers, ConnectorStores.InProcess(time), socket);

    internal static SalesforceConnector Create(
        SalesforceOptions options, string key, TimeProvider time, ILoggerFactory loggers, ConnectorStores stores, HttpMessageHandler? socket)
    {
        var faults = options.Faults(key).ToList();
        return faults.Count == 0
            ? new SalesforceConnector(options, key, time, loggers.CreateLogger<SalesforceConnector>(), stores, socket)
            : throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
    }
}
