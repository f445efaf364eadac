using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Puts the version into paths, and goes back to an older one where HubSpot does not know it. Thread-safe.</summary>
internal sealed class HubSpotRoutes(CrmTransport transport, HubSpotVersion version)
{
    /// <summary>Sends a call; once more where its version turned out to be unknown, in which case it has had no effect.</summary>
    public async Task<Result<CrmAnswer>> SendAsync(Func<string, CrmCall> call, CancellationToken token)
    {
        var used = version.Current;
        var answer = await transport.SendAsync(call(used), token);
        return !answer.Succeeded && MayBeVersion(answer.Failure) && await version.HasMovedAsync(used, other => IsKnownAsync(other, token), token)
            ? await transport.SendAsync(call(version.Current), token)
            : answer;
    }

    // Contacts are the one type that every account and every key of ours has; a refusal for a scope comes from a route that exists.
    private async Task<bool?> IsKnownAsync(string candidate, CancellationToken token)
    {
        var answer = await transport.SendAsync(
            CrmCall.Read(HttpMethod.Get, $"crm/objects/{candidate}/contacts?limit=1", $"looking for API version {candidate}"), token);
        if (answer.Succeeded)
            return true;
        if (MayBeVersion(answer.Failure))
            return false;
        return answer.Failure.Code == HubSpotFailures.ScopeMissing.Code || answer.Failure.Code == HubSpotFailures.AccessRefused.Code ? true : null;
    }

    private static bool MayBeVersion(Failure failure) =>
        failure.Code == HubSpotFailures.AddressWrong.Code || failure.Code == HubSpotFailures.VersionUnknown.Code;
}
