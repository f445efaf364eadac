using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Hosting;

/// <summary>Lets calls meet the faults of a <see cref="FaultPlan"/>. Stands after routing and before the simulated API.</summary>
internal static class FaultMiddleware
{
    /// <summary>Adds the middleware; calls that carry no <see cref="CallNote"/> (pages for people) go through unharmed.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="plan">Faults.</param>
    /// <param name="clock">Measures slow answers.</param>
    /// <param name="writeRefusal">Writes the body of a refusal in the CRM's own shape; the status is already set.</param>
    public static void UseFaults(this IApplicationBuilder app, FaultPlan plan, TimeProvider clock, Func<HttpContext, Fault, Task> writeRefusal) =>
        app.Use(async (context, next) =>
        {
            if (context.Features.Get<CallNote>() is not { } note)
            {
                await next(context);
                return;
            }

            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
            var fault = plan.Take(context.Request.Method, route, note.Path);
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
                    await ApplyUnseenAsync(context, next);
                    await RefuseAsync(context, fault, writeRefusal);
                    break;
                case FaultKind.DropAfterApply:
                    await ApplyUnseenAsync(context, next);
                    Drop(context, note);
                    break;
                case FaultKind.Drop:
                    Drop(context, note);
                    break;
            }
        });

    private static void Drop(HttpContext context, CallNote note)
    {
        note.Log(0);
        context.Abort();
    }

    private static async Task RefuseAsync(HttpContext context, Fault fault, Func<HttpContext, Fault, Task> writeRefusal)
    {
        context.Response.StatusCode = fault.Status;
        if (fault.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = ((long)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await writeRefusal(context, fault);
    }

    // The endpoint writes into nothing, so that no byte of its answer reaches the client.
    private static async Task ApplyUnseenAsync(HttpContext context, RequestDelegate next)
    {
        var real = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(real);
        }
        context.Response.Headers.Clear();
    }
}
