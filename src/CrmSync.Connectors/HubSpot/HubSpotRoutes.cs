using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Puts the version into paths, and goes back to an older one where HubSpot does not know it. Thread-safe.</summary>
internal sealed class HubSpotRoutes(CrmTransport transport, HubSpotVersion version)
{
    /// <summary>Sends a call; once more where its version turned out to be unknown, in which case it has had no effect.</summary>
    public Task<Result<CrmAnswer>> SendAsync(Func<string, CrmCall> call, CancellationToken token) => SendAsync(call, transport.SendAsync, token);

    /// <summary>Sends a call with a given token and without asking whose it is, because that is what the call finds out.</summary>
    public Task<Result<CrmAnswer>> SendWithAsync(Func<string, CrmCall> call, AccessToken access, CancellationToken token) =>
        SendAsync(call, (sent, stop) => transport.SendWithAsync(sent, access, stop), token);

    private async Task<Result<CrmAnswer>> SendAsync(
        Func<string, CrmCall> call, Func<CrmCall, CancellationToken, Task<Result<CrmAnswer>>> send, CancellationToken token)
    {
        var used = version.Current;
        var answer = await send(call(used), token);
        return !answer.Succeeded && MayBeVersion(answer.Failure) && await version.HasMovedAsync(used, IsKnownAsync)
            ? await send(call(version.Current), token)
            : answer;

        // Contacts are the one type that every account and every key of ours has; a refusal for a scope comes from a route that exists.
        async Task<bool?> IsKnownAsync(string candidate)
        {
            var known = await send(
                CrmCall.Read(HttpMethod.Get, $"crm/objects/{candidate}/contacts?limit=1", $"looking for API version {candidate}"), token);
            if (known.Succeeded)
                return true;
            if (MayBeVersion(known.Failure))
                return false;
            return known.Failure.Code == HubSpotFailures.ScopeMissing.Code || known.Failure.Code == HubSpotFailures.AccessRefused.Code ? true : null;
        }
    }

    private static bool MayBeVersion(Failure failure) =>
        failure.Code == HubSpotFailures.AddressWrong.Code || failure.Code == HubSpotFailures.VersionUnknown.Code;
}
