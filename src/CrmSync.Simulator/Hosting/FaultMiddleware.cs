using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Hosting;

/// <summary>
/// Lets calls meet the faults of a <see cref="FaultBoard"/> and of a <see cref="FaultPlan"/>. Stands after routing and before the
/// simulated API.
/// </summary>
internal static class FaultMiddleware
{
    /// <summary>Adds the middleware; calls that carry no <see cref="CallNote"/> (pages for people) go through unharmed.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="plan">Faults.</param>
    /// <param name="clock">Measures slow answers.</param>
    /// <param name="writeRefusal">Writes the body of a refusal in the CRM's own shape; the status is already set.</param>
    /// <param name="board">Dials that are asked before the plan is; the faults of HTTP (<see cref="HttpDials"/>) are offered on it.</param>
    public static void UseFaults(
        this IApplicationBuilder app, FaultPlan plan, TimeProvider clock, Func<HttpContext, Fault, Task> writeRefusal, FaultBoard? board = null)
    {
        var dials = board is null ? null : new HttpDials(board);
        app.Use(async (context, next) =>
        {
            if (context.Features.Get<CallNote>() is not { } note)
            {
                await next(context);
                return;
            }

            var method = context.Request.Method;
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
            var fault = dials?.Take(method, route, note.Path) ?? plan.Take(method, route, note.Path);
            switch (fault?.Kind)
            {
                case null:
                    await next(context);
                    break;
                case FaultKind.Slow:
                    await Task.Delay(fault.Delay, clock, context.RequestAborted);
                    await next(context);
                    break;
                case FaultKind.Refuse:
                    await RefuseAsync(context, fault, writeRefusal);
                    break;
                case FaultKind.RefuseAfterApply:
                    await WithheldAnswer.TakeAsync(context, next);
                    context.Response.Headers.Clear();
                    await RefuseAsync(context, fault, writeRefusal);
                    break;
                case FaultKind.DropAfterApply:
                    await WithheldAnswer.TakeAsync(context, next);
                    Drop(context, note);
                    break;
                case FaultKind.HangAfterApply:
                    await WithheldAnswer.TakeAsync(context, next);
                    note.Log(0);
                    await Task.Delay(Timeout.InfiniteTimeSpan, clock, context.RequestAborted);
                    break;
                case FaultKind.Drop:
                    Drop(context, note);
                    break;
                case FaultKind.ResetMidBody:
                    await (await WithheldAnswer.TakeAsync(context, next)).ResetAsync(context);
                    break;
                case FaultKind.Truncate:
                    await (await WithheldAnswer.TakeAsync(context, next)).TruncateAsync(context);
                    break;
                case FaultKind.Drip:
                    await (await WithheldAnswer.TakeAsync(context, next)).DripAsync(context, fault.Delay, clock);
                    break;
                case FaultKind.Html:
                    await WriteProxyPageAsync(context);
                    break;
            }
        });
    }

    private static void Drop(HttpContext context, CallNote note)
    {
        note.Log(0);
        context.Abort();
    }

    private static async Task RefuseAsync(HttpContext context, Fault fault, Func<HttpContext, Fault, Task> writeRefusal)
    {
        context.Response.StatusCode = fault.Status;
        if (fault.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await writeRefusal(context, fault);
    }

    private static Task WriteProxyPageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            "<!DOCTYPE html><html><head><title>Please wait</title></head><body><h1>Checking your connection</h1></body></html>",
            context.RequestAborted);
    }
}
