using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Pages;

/// <summary>Applies what a form or a script sent: a form is led back to the page, a script gets the new state as JSON.</summary>
internal sealed class SimulatorChanges(ISimulatorControls controls, TimeProvider clock)
{
    private static readonly TimeSpan LongestMove = TimeSpan.FromDays(366);

    public async Task TurnDialAsync(HttpContext context)
    {
        var code = Code(context);
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            if (form["action"] == "heal")
                controls.Dials.Heal(code);
            else if (form["action"] == "turn")
                controls.Dials.Turn(code, ReadSetting(form));
            else
                throw new ArgumentException("The form is none of this site's; scripts send JSON with Content-Type: application/json.");
            Back(context, form["action"] == "heal" ? "healed" : "turned");
            return;
        }

        controls.Dials.Turn(code, await ReadAsync<DialSetting>(context) ?? new DialSetting());
        await SimulatorJson.SendAsync(context, SimulatorJson.Of(controls.Dials, code));
    }

    public Task HealDialAsync(HttpContext context)
    {
        controls.Dials.Heal(Code(context));
        return SimulatorJson.SendAsync(context, SimulatorJson.Of(controls.Dials, Code(context)));
    }

    public async Task HealAllAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method)
            && !(context.Request.HasFormContentType && (await context.Request.ReadFormAsync(context.RequestAborted))["action"] == "heal-all"))
            throw new ArgumentException("Which dial? POST to /simulator/dials/CODE, or DELETE /simulator/dials to heal all.");
        controls.Dials.HealAll();
        if (HttpMethods.IsPost(context.Request.Method))
            Back(context, "healed");
        else
            await SimulatorJson.SendAsync(context, SimulatorJson.Of(controls.Dials));
    }

    public async Task ClearCallsAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method)
            && !(context.Request.HasFormContentType && (await context.Request.ReadFormAsync(context.RequestAborted))["action"] == "clear"))
            throw new ArgumentException("Calls are forgotten by DELETE /simulator/calls.");
        controls.Calls.Clear();
        if (HttpMethods.IsPost(context.Request.Method))
            Back(context, "cleared");
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task MoveClockAsync(HttpContext context)
    {
        double minutes;
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            if (!double.TryParse(form["minutes"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out minutes))
                throw new ArgumentException($"\"{form["minutes"]}\" is no number of minutes; give 0 or more.");
        }
        else
        {
            minutes = (await ReadAsync<ClockMove>(context))?.AdvanceMinutes
                ?? throw new ArgumentException("The body names no minutes; send {\"advanceMinutes\": 60}.");
        }

        if (clock is not MovableClock movable)
        {
            await PageGuard.RefuseAsync(context, StatusCodes.Status409Conflict,
                "This simulator runs on the machine's clock; start it with --movable-clock to move it.");
            return;
        }

        if (!(minutes >= 0 && minutes <= LongestMove.TotalMinutes))
            throw new ArgumentException($"The clock cannot be moved by {minutes.ToString(CultureInfo.InvariantCulture)} minutes; give 0 to {LongestMove.TotalMinutes:0}.");
        movable.Advance(TimeSpan.FromMinutes(minutes));
        if (context.Request.HasFormContentType)
            Back(context, "moved");
        else
            await SimulatorJson.SendAsync(context, SimulatorJson.Of(clock));
    }

    public async Task TurnQuotasAsync(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            controls.QuotasOn = form["on"].ToString() switch
            {
                "true" => true,
                "false" => false,
                var other => throw new ArgumentException($"Quotas cannot be \"{other}\"; send true or false."),
            };
            Back(context, "quotas");
            return;
        }

        controls.QuotasOn = (await ReadAsync<QuotaSwitch>(context))?.On ?? throw new ArgumentException("The body says neither on nor off; send {\"on\": true}.");
        await SimulatorJson.SendAsync(context, SimulatorJson.OfQuotas(controls));
    }

    private static string Code(HttpContext context) => (string)context.Request.RouteValues["code"]!;

    private static DialSetting ReadSetting(IFormCollection form)
    {
        string? Text(string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;
        var (probability, count) = (1d, default(int?));
        if (Text("percent") is { } percent)
        {
            if (!double.TryParse(percent, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share))
                throw new ArgumentException($"The chance \"{percent}\" is no number; give 0 to 100 per cent.");
            probability = share / 100;
        }
        if (Text("count") is { } calls)
        {
            count = int.TryParse(calls, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ArgumentException($"The count \"{calls}\" is no whole number; give 1 or more, or none.");
        }

        return new DialSetting { Probability = probability, Count = count, Method = Text("method"), Route = Text("route"), Target = Text("target") };
    }

    private static async Task<T?> ReadAsync<T>(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        if (body.Length == 0)
            return default;
        try
        {
            return JsonSerializer.Deserialize<T>(body, SimulatorJson.Options);
        }
        catch (JsonException broken)
        {
            throw new ArgumentException($"The body is not what this address takes: {broken.Message}", broken);
        }
    }

    // 303, so that a reload of the page does not send the form again.
    private static void Back(HttpContext context, string done)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"/simulator/?done={done}";
    }

    private sealed record ClockMove(double? AdvanceMinutes);

    private sealed record QuotaSwitch(bool? On);
}
