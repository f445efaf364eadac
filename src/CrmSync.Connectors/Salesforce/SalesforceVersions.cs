using System.Globalization;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Which API version is used: the configured one where the org offers it, else the newest below it. Asked once, by a request that
/// Salesforce does not count. Thread-safe.
/// </summary>
internal sealed class SalesforceVersions(CrmTransport transport, string pinned, string key, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile string? _used;

    /// <summary>The version in use; null before the first request.</summary>
    public string? Used => _used;

    /// <summary>The version that is configured.</summary>
    public string Pinned => pinned;

    /// <summary>Begin of every path, such as <c>services/data/v66.0</c>.</summary>
    public async ValueTask<Result<string>> RootAsync(CancellationToken token)
    {
        if (_used is { } known)
            return Root(known);
        await _asking.WaitAsync(token);
        try
        {
            if (_used is { } meanwhile)
                return Root(meanwhile);
            var chosen = await ChooseAsync(token);
            if (!chosen.Succeeded)
                return chosen.Failure;
            _used = chosen.Value;
            return Root(chosen.Value);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private async Task<Result<string>> ChooseAsync(CancellationToken token)
    {
        var answer = await transport.SendAsync(CrmCall.Read(HttpMethod.Get, "services/data/", "asking for the API versions"), token);
        if (!answer.Succeeded)
            return answer.Failure;
        var wanted = Number(pinned)!.Value;
        var offered = answer.Value.Body.Items().Select(item => item.Text("version")).OfType<string>()
            .Select(text => (Text: text, Number: Number(text))).Where(version => version.Number is not null).ToList();
        // An answer without a list says nothing against the configured version.
        if (offered.Count == 0 || offered.Any(version => version.Number == wanted))
            return pinned;
        if (offered.Where(version => version.Number < wanted).OrderByDescending(version => version.Number).FirstOrDefault().Text is not { } lower)
            return SalesforceFailures.VersionRetired.At(new CallPlace(key, "asking for the API versions"), $"{pinned} is older than all that the org offers");
        SalesforceLog.LowerVersion(logger, key, pinned, lower);
        return lower;
    }

    private static string Root(string version) => $"services/data/v{version}";

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
