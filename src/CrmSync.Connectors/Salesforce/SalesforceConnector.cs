using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>One Salesforce org. Thread-safe; owns its connections until it is disposed.</summary>
public sealed class SalesforceConnector : ICrmConnector, IDisposable
{
    private readonly CrmTransport _transport;
    private readonly SalesforceTokenSource _tokens;
    private readonly SalesforceSelfCheck _selfCheck;
    private readonly SalesforceOptions _options;

    private SalesforceConnector(SalesforceOptions options, string key, TimeProvider time, ILogger logger, ConnectorStores stores, HttpMessageHandler? socket)
    {
        Key = key;
        _options = options;
        var budget = options.Budget;
        var limits = new QuotaLimits(
            (budget.RequestsPerSecond, TimeSpan.FromSeconds(1)), Search: null,
            new DayMeter(budget.DailyLimit, budget.DayShare, now => (now.AddHours(-24), now + SalesforceDialect.DailyWait)), budget.MaxConcurrent);
        var gate = new QuotaGate(key, stores.Quotas, limits, time);
        var jitter = Jitter.For(key);
        var wires = CrmWires.Create(gate, options.Timeouts, time, jitter, options.LoginAddress!, socket);
        var dialect = new SalesforceDialect(gate, time, jitter);
        _tokens = new SalesforceTokenSource(options, key, wires.Client, time, logger);
        _transport = new CrmTransport(key, wires, _tokens, dialect, options.Timeouts, time, logger);
        var client = new SalesforceClient(_transport, options.ApiVersion);
        var schema = new SalesforceSchema(client, time);
        Reader = new SalesforceActivityReader(client, schema, _transport, options, key, time);
        Writer = new SalesforceLabelWriter(client, schema, dialect, _transport, key);
        Setup = new SalesforcePropertySetup(client, schema, new SalesforceGrants(client, _tokens, key), _transport, key, logger);
        _selfCheck = new SalesforceSelfCheck(_tokens, client, schema, _transport, gate, key, time);
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
    public ILabelWriter Writer { get; }

    /// <inheritdoc/>
    public IPropertySetup Setup { get; }

    /// <inheritdoc/>
    public IRecordReader Records => throw new NotSupportedException();

    /// <inheritdoc/>
    public IWebhookReader? Webhooks => null;

    /// <inheritdoc/>
    public Task<Result<AccountIdentity>> IdentifyAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Expect(string accountId)
    {
    }

    /// <inheritdoc/>
    public long RequestsSent => _transport.Sent;

    /// <summary>Makes a connector without a container.</summary>
    /// <param name="options">The org; the secret in it is read at every sign-in.</param>
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
    public Uri? RecordLink(string objectType, string externalId)
    {
        var host = _options.LoginAddress!.Host;
        return host.EndsWith(".salesforce.com", StringComparison.OrdinalIgnoreCase) && SalesforceId.Normalise(externalId) is { } id
            ? new Uri($"https://{host}/{id}")
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _tokens.Dispose();
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
