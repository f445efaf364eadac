using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Salesforce.Trouble;

/// <summary>The call during which a fault may show, as dials are aimed.</summary>
internal readonly record struct WireCall(string Method, string Route, string Path)
{
    public static WireCall Of(HttpContext context) => new(
        context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "", context.Request.Path.Value ?? "");
}

/// <summary>Draws for calls.</summary>
internal static class WireDraws
{
    public static bool Draw(this FaultBoard dials, string code, WireCall call) => dials.Draw(code, call.Method, call.Route, call.Path);

    /// <summary>Draws for one record; a dial that names ids spares all others, without counting them.</summary>
    public static bool Draw(this FaultBoard dials, string code, WireCall call, string id) =>
        dials.On(code) is { } setting && Names(setting.Target, id) && dials.Draw(code, call);

    /// <summary>Whether a target names the id; no target names every one.</summary>
    public static bool Names(string? target, string id) => target is null
        || target.Split(',', StringSplitOptions.TrimEntries).Any(one => string.Equals(Records.SalesforceId.Normalise(one), id, StringComparison.Ordinal));
}
