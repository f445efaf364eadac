using System.Globalization;
using CrmSync.Simulator.Hosting;

namespace CrmSync.Simulator.Pages;

/// <summary>The administration as a page: dials, quotas and clock, and what the call log says.</summary>
internal static class SimulatorPage
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Write(ISimulatorControls controls, TimeProvider clock, CallFigures figures, Asked asked) =>
        PageLayout.Write(controls.Kind, "Faults and calls", live: false, Html.Of(h => h.Add($"""
            <h1>Faults and calls</h1>
            {Done(asked.Done)}
            <div class="switches">{Quotas(controls)}{Clock(clock)}</div>
            {Dials(controls.Dials.Snapshot())}
            {SimulatorCallsSection.Write(controls.Calls.Total, figures, asked)}
            <p class="hint">The same as JSON for scripts: <code>/simulator/dials</code>, <code>/simulator/calls</code>, <code>/simulator/clock</code>, <code>/simulator/quotas</code>.</p>
            """)));

    private static Markup Done(string done)
    {
        string? sentence = done switch
        {
            "turned" => "The dial is turned.",
            "healed" => "Healed.",
            "cleared" => "The calls are forgotten.",
            "moved" => "The clock is moved.",
            "quotas" => "The quotas are switched.",
            _ => null,
        };
        return sentence is null ? Markup.None : Html.Of(h => h.Add($"<p class=\"saved\" role=\"status\">{sentence}</p>"));
    }

    private static Markup Quotas(ISimulatorControls controls)
    {
        var (state, next, word) = controls.QuotasOn ? ("on", "false", "Switch quotas off") : ("off", "true", "Switch quotas on");
        return Html.Of(h => h.Add($"""
            <section class="panel"><h2>Quotas</h2><p>Quotas are <strong>{state}</strong>.</p>
            <form method="post" action="/simulator/quotas"><input type="hidden" name="on" value="{next}"><button type="submit">{word}</button></form></section>
            """));
    }

    private static Markup Clock(TimeProvider clock)
    {
        var form = clock is MovableClock movable
            ? Html.Of(h => h.Add($"""
                <p class="hint">Ahead of the machine's clock by {movable.Ahead.TotalMinutes.ToString("0.#", Culture)} minutes.</p>
                <form method="post" action="/simulator/clock" class="label-form"><label for="minutes">Move ahead by minutes</label>
                <input id="minutes" name="minutes" type="number" min="0" max="527040" step="any" value="60"><button type="submit">Move</button></form>
                """))
            : new Markup("<p class=\"hint\">The machine's clock. Start with <code>--movable-clock</code> to move it.</p>");
        return Html.Of(h => h.Add($"""
            <section class="panel"><h2>Clock</h2><p>{PageLayout.Time(clock.GetUtcNow())}</p>{form}</section>
            """));
    }

    private static Markup Dials(IReadOnlyList<DialState> dials) => Html.Of(h =>
    {
        h.Add($"<section><div class=\"title\"><h2>Dials</h2>{HealAll(dials)}</div>");
        if (dials.Count == 0)
        {
            h.Add($"<p class=\"empty\">This simulator offers no dials.</p></section>");
            return;
        }

        h.Add($"""
            <table class="dials"><caption>A dial makes calls fail. Transient ones meet calls by chance or by count; lasting ones stay until healed.</caption>
            <thead><tr><th scope="col">Code</th><th scope="col">Fault</th><th scope="col">State</th><th scope="col">Met</th><th scope="col">Change</th></tr></thead><tbody>
            """);
        foreach (var state in InOrder(dials))
            h.Add($"{Row(state)}");
        h.Add($"</tbody></table></section>");
    });

    /// <summary>By number, F2 before F10; those of one number in the order in which they were offered.</summary>
    private static IEnumerable<DialState> InOrder(IReadOnlyList<DialState> dials) => dials.OrderBy(state =>
        int.TryParse(state.Dial.Code.AsSpan(1).TrimEnd("abcdefghijklmnopqrstuvwxyz-"), NumberStyles.None, Culture, out var number) ? number : int.MaxValue);

    private static Markup HealAll(IReadOnlyList<DialState> dials) => dials.All(state => state.Setting is null)
        ? Markup.None
        : new("<form method=\"post\" action=\"/simulator/dials\"><input type=\"hidden\" name=\"action\" value=\"heal-all\"><button type=\"submit\">Heal all</button></form>");

    private static Markup Row(DialState state) => Html.Of(h => h.Add($"""
        <tr><td data-label="Code"><strong>{state.Dial.Code}</strong></td>
        <td data-label="Fault"><div>{state.Dial.Title}{Lasting(state.Dial)}</div></td>
        <td data-label="State"><div>{Shown(state)}</div></td>
        <td data-label="Met">{state.Met.ToString("N0", Culture)}</td>
        <td data-label="Change"><div>{Forms(state)}</div></td></tr>
        """));

    private static Markup Lasting(FaultDial dial) =>
        dial.Length == FaultLength.Lasting ? new(" <span class=\"type\">lasting</span>") : Markup.None;

    private static Markup Shown(DialState state)
    {
        if (state.Setting is not { } setting)
            return new("<span class=\"chip blank\">off</span>");
        List<string> parts = [];
        if (state.Dial.Length == FaultLength.Transient)
            parts.Add($"{(setting.Probability * 100).ToString("0.###", Culture)} %");
        if (setting.Count is { } count)
            parts.Add(string.Create(Culture, $"first {count} calls"));
        if (setting.Method is not null || setting.Route is not null)
            parts.Add($"{setting.Method} {setting.Route}".Trim());
        if (setting.Target is { } target)
            parts.Add(target);
        return Html.Of(h => h.Add($"<span class=\"chip lost\">on</span> <span>{string.Join(" · ", parts)}</span>"));
    }

    private static Markup Forms(DialState state)
    {
        var action = $"/simulator/dials/{Uri.EscapeDataString(state.Dial.Code)}";
        var heal = state.Setting is null
            ? Markup.None
            : Html.Of(h => h.Add($"""
                <form method="post" action="{action}"><input type="hidden" name="action" value="heal"><button type="submit" aria-label="Heal {state.Dial.Code}">Heal</button></form>
                """));
        return Html.Of(h => h.Add($"""
            {heal}<details><summary>Turn {state.Dial.Code}</summary><form method="post" action="{action}" class="dial">
            <input type="hidden" name="action" value="turn">
            {Chance(state)}
            {Field(state, "count", "Calls, then off (blank: no end)", "number", state.Setting?.Count?.ToString(Culture))}
            {Field(state, "method", "Method (blank: any)", "text", state.Setting?.Method)}
            {Field(state, "route", "Route or path contains (blank: any)", "text", state.Setting?.Route)}
            {Target(state)}
            <button type="submit">Turn on</button></form></details>
            """));
    }

    private static Markup Chance(DialState state) => state.Dial.Length == FaultLength.Lasting
        ? Markup.None
        : Field(state, "percent", "Chance in per cent", "number", ((state.Setting?.Probability ?? 1) * 100).ToString("0.###", Culture));

    private static Markup Target(DialState state) => state.Dial.TargetHint is { } hint
        ? Field(state, "target", $"Target: {hint}", "text", state.Setting?.Target)
        : Markup.None;

    private static Markup Field(DialState state, string name, string title, string type, string? value)
    {
        var id = $"{state.Dial.Code}-{name}";
        var step = type == "number" ? new Markup(" min=\"0\" step=\"any\"") : Markup.None;
        return Html.Of(h => h.Add($"""
            <label for="{id}">{title}</label><input id="{id}" name="{name}" type="{type}"{step} value="{value}" autocomplete="off">
            """));
    }
}
