using System.Globalization;
using CrmSync.Simulator.Hosting;

namespace CrmSync.Simulator.Pages;

/// <summary>The part of the administration that shows the call log.</summary>
internal static class SimulatorCallsSection
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static Markup Write(long total, CallFigures figures, Asked asked) => Html.Of(h => h.Add($"""
        <section id="calls"><div class="title"><h2>Calls</h2>
        <form method="post" action="/simulator/calls"><input type="hidden" name="action" value="clear"><button type="submit">Forget calls</button></form></div>
        <form method="get" action="/simulator/" class="filter">
        <div><label for="route">Route or path contains</label><input id="route" name="route" value="{asked.Route}" autocomplete="off"></div>
        <div><label for="status">Status (429, 4xx, dropped)</label><input id="status" name="status" value="{asked.Status}" autocomplete="off"></div>
        <div><label for="since">Since (2026-11-21T14:00:00Z)</label><input id="since" name="since" value="{asked.Since}" autocomplete="off"></div>
        <button type="submit">Show</button></form>
        <p>{N(figures.Matching)} of {total.ToString("N0", Culture)} calls; at most {N(figures.HighestPerSecond)} in any second, {N(figures.HighestPerTenSeconds)} in any ten seconds.</p>
        {Routes(figures)}{Newest(figures)}
        </section>
        """));

    private static Markup Routes(CallFigures figures) => figures.Routes.Count == 0 ? Markup.None : Html.Of(h =>
    {
        h.Add($"""
            <table><caption>Per route, busiest first</caption>
            <thead><tr><th scope="col">Method</th><th scope="col">Route</th><th scope="col">Calls</th><th scope="col">Refused or dropped</th><th scope="col">Records</th></tr></thead><tbody>
            """);
        foreach (var route in figures.Routes)
        {
            h.Add($"""
                <tr><td data-label="Method">{route.Method}</td><td data-label="Route"><code>{route.Route}</code></td>
                <td data-label="Calls">{N(route.Calls)}</td><td data-label="Refused">{N(route.Refused)}</td><td data-label="Records">{route.Items.ToString("N0", Culture)}</td></tr>
                """);
        }
        h.Add($"</tbody></table>");
    });

    private static Markup Newest(CallFigures figures) => figures.Newest.Count == 0 ? Markup.None : Html.Of(h =>
    {
        h.Add($"""
            <table><caption>Newest calls</caption>
            <thead><tr><th scope="col">Time</th><th scope="col">Method</th><th scope="col">Path</th><th scope="col">Status</th></tr></thead><tbody>
            """);
        foreach (var call in figures.Newest)
        {
            var status = call.Status == 0 ? "dropped" : call.Status.ToString(Culture);
            var at = call.At.ToUniversalTime().ToString("HH:mm:ss.fff", Culture);
            h.Add($"""
                <tr><td data-label="Time">{at}</td><td data-label="Method">{call.Method}</td><td data-label="Path"><code>{call.Path}</code></td><td data-label="Status">{status}</td></tr>
                """);
        }
        h.Add($"</tbody></table>");
    });

    private static string N(int number) => number.ToString("N0", Culture);
}
