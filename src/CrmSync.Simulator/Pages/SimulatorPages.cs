using System.Globalization;
using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Pages;

/// <summary>
/// The administration of a simulator under <c>/simulator/</c>, as a page for people and as JSON for scripts: <c>dials</c> (GET; POST and
/// DELETE <c>dials/{code}</c>; DELETE for all), <c>calls</c> (GET with route, status, since, limit; DELETE), <c>clock</c> (GET; POST
/// <c>{"advanceMinutes":n}</c>) and <c>quotas</c> (GET; POST <c>{"on":bool}</c>). Answers loopback names only and takes changes from its own
/// page or from scripts, never from other sites. Its calls count in no quota and meet no fault.
/// </summary>
public static class SimulatorPages
{
    private const int MostCalls = 10_000;
    private const int CallsOnPage = 25;

    /// <summary>Adds the administration.</summary>
    /// <param name="routes">The simulator's routes.</param>
    /// <param name="controls">What it turns.</param>
    /// <param name="clock">The simulator's clock; can be moved where it is a <see cref="MovableClock"/>.</param>
    public static void Map(IEndpointRouteBuilder routes, ISimulatorControls controls, TimeProvider clock)
    {
        var changes = new SimulatorChanges(controls, clock);
        void Get(string path, Func<HttpContext, Task> answer) =>
            routes.MapGet(path, context => PageGuard.AnswerAsync(context, () => WithReason(context, answer)));
        void Change(string method, string path, Func<HttpContext, Task> change) =>
            routes.MapMethods(path, [method], context => PageGuard.AnswerAsync(context, () => PageGuard.IsOwnPageOrScript(context.Request)
                ? WithReason(context, change)
                : PageGuard.RefuseAsync(context, StatusCodes.Status403Forbidden,
                    "Changes are taken only from this site's own page or from a script: open /simulator/ here and use its forms.")));

        Get("/simulator/", context => PageGuard.SendPageAsync(
            context, StatusCodes.Status200OK, SimulatorPage.Write(controls, clock, ReadFigures(context, controls, CallsOnPage), Asked.Read(context.Request))));
        Get("/simulator/dials", context => SimulatorJson.SendAsync(context, SimulatorJson.Of(controls.Dials)));
        Get("/simulator/calls", context => SimulatorJson.SendAsync(context, SimulatorJson.Of(
            ReadFigures(context, controls, ReadLimit(context.Request.Query["limit"])), controls.Calls.Total)));
        Get("/simulator/clock", context => SimulatorJson.SendAsync(context, SimulatorJson.Of(clock)));
        Get("/simulator/quotas", context => SimulatorJson.SendAsync(context, SimulatorJson.OfQuotas(controls)));
        Change("POST", "/simulator/dials/{code}", changes.TurnDialAsync);
        Change("DELETE", "/simulator/dials/{code}", changes.HealDialAsync);
        Change("DELETE", "/simulator/dials", changes.HealAllAsync);
        Change("POST", "/simulator/dials", changes.HealAllAsync);
        Change("DELETE", "/simulator/calls", changes.ClearCallsAsync);
        Change("POST", "/simulator/calls", changes.ClearCallsAsync);
        Change("POST", "/simulator/clock", changes.MoveClockAsync);
        Change("POST", "/simulator/quotas", changes.TurnQuotasAsync);
    }

    /// <summary>Adds the administration and what its page needs, to a simulator that has no other pages.</summary>
    internal static void MapAlone(IEndpointRouteBuilder routes, ISimulatorControls controls, TimeProvider clock)
    {
        RecordPages.MapStyles(routes);
        routes.MapGet("/", context =>
        {
            context.Response.Redirect("/simulator/");
            return Task.CompletedTask;
        });
        Map(routes, controls, clock);
    }

    private static CallFigures ReadFigures(HttpContext context, ISimulatorControls controls, int limit)
    {
        var asked = Asked.Read(context.Request);
        var (from, to) = CallFilter.ReadStatus(asked.Status);
        return CallFigures.Read(controls.Calls, new CallFilter
        {
            Route = asked.Route.Length == 0 ? null : asked.Route, StatusFrom = from, StatusTo = to, Since = ReadSince(asked.Since),
        }, limit);
    }

    private static DateTimeOffset ReadSince(string since)
    {
        if (since.Length == 0)
            return DateTimeOffset.MinValue;
        return DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new ArgumentException($"The time \"{since}\" is none; give it as 2026-11-21T14:00:00Z.");
    }

    private static int ReadLimit(string? limit)
    {
        if (string.IsNullOrEmpty(limit))
            return 100;
        return int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostCalls
            ? number
            : throw new ArgumentException($"The limit \"{limit}\" is out of range; give 0 to {MostCalls}.");
    }

    private static async Task WithReason(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (ArgumentException refused)
        {
            // The parameter's name, which the runtime adds on a line of its own or in brackets, says nothing to a person.
            var sentence = refused.ParamName is { } name ? refused.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : refused.Message;
            await PageGuard.RefuseAsync(context, StatusCodes.Status400BadRequest, sentence);
        }
    }
}

/// <summary>Which calls the address asks for.</summary>
internal sealed record Asked(string Route, string Status, string Since, string Done)
{
    public static Asked Read(HttpRequest request) => new(
        request.Query["route"].ToString().Trim(), request.Query["status"].ToString().Trim(), request.Query["since"].ToString().Trim(),
        request.Query["done"].ToString());
}
