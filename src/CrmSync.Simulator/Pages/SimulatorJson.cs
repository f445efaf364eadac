using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Pages;

/// <summary>The administration's JSON: names in camelCase, instants in RFC 3339, unknown members refused.</summary>
internal static class SimulatorJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static object Of(FaultBoard dials) => new { dials = dials.Snapshot().Select(Shown).ToArray() };

    public static object Of(FaultBoard dials, string code) => Shown(dials.Snapshot().First(state => state.Dial.Code == code));

    public static object Of(CallFigures figures, long total) => new
    {
        total,
        matching = figures.Matching,
        highestPerSecond = figures.HighestPerSecond,
        highestPerTenSeconds = figures.HighestPerTenSeconds,
        routes = figures.Routes,
        calls = figures.Newest,
    };

    public static object Of(TimeProvider clock) => new { now = clock.GetUtcNow(), movable = clock is MovableClock };

    public static object OfQuotas(ISimulatorControls controls) => new { on = controls.QuotasOn };

    public static Task SendAsync(HttpContext context, object answer) => PageGuard.SendAsync(
        context, StatusCodes.Status200OK, "application/json", JsonSerializer.SerializeToUtf8Bytes(answer, Options));

    private static object Shown(DialState state) => new
    {
        code = state.Dial.Code,
        title = state.Dial.Title,
        length = state.Dial.Length,
        targetHint = state.Dial.TargetHint,
        on = state.Setting is not null,
        setting = state.Setting,
        met = state.Met,
    };
}
