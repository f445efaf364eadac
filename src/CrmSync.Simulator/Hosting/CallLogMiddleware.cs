using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Hosting;

/// <summary>Writes one <see cref="SimulatedCall"/> per API call. Stands first in the pipeline, before path rewriting and routing.</summary>
internal static class CallLogMiddleware
{
    /// <summary>Adds the middleware.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="log">Where calls go.</param>
    /// <param name="clock">Time of arrival.</param>
    /// <param name="isApiCall">Which paths belong to the simulated API; pages for people are left out of the counts.</param>
    public static void UseCallLog(this IApplicationBuilder app, CallLog log, TimeProvider clock, Func<PathString, bool> isApiCall) =>
        app.Use(async (context, next) =>
        {
            if (!isApiCall(context.Request.Path))
            {
                await next(context);
                return;
            }

            var at = clock.GetUtcNow();
            var note = new CallNote { Path = context.Request.Path.Value ?? "/" };
            context.Features.Set(note);
            // The answer reaches the client before this method goes on, and a test that counts calls right after an answer must find it: so the
            // entry is made when the answer starts, or at the end where it never did.
            var logged = 0;
            note.Log = status =>
            {
                if (Interlocked.Exchange(ref logged, 1) != 0)
                    return;
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
                var bytes = note.RequestBytes > 0 ? note.RequestBytes : context.Request.ContentLength ?? 0;
                log.Add(new SimulatedCall(at, context.Request.Method, route, note.Path, status, bytes, note.Items));
            };
            context.Response.OnStarting(() =>
            {
                note.Log(context.Response.StatusCode);
                return Task.CompletedTask;
            });
            try
            {
                await next(context);
            }
            finally
            {
                if (context.RequestAborted.IsCancellationRequested)
                    note.Log(0);
            }
        });
}
