using System.Globalization;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Counts authenticated requests of the last 24 hours. Thread-safe.</summary>
internal sealed class ApiUsage(SalesforceSimulatorOptions options, TimeProvider clock)
{
    private readonly RollingCount _requests = new(options.DailyApiRequests, options.QuotasOn, clock);

    public int Used => _requests.Used;

    public int Max => _requests.Max;

    /// <summary>The value of Sforce-Limit-Info.</summary>
    public string Header => string.Create(CultureInfo.InvariantCulture, $"api-usage={Used}/{Max}")
        + (options.LimitInfoApp is { } app ? string.Create(CultureInfo.InvariantCulture, $"; per-app-api-usage={Used}/{Max}(appName={app})") : "");

    /// <summary>Counts a request, unless the allocation is spent and enforced.</summary>
    public bool TryCount() => _requests.TryCount();
}
