using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrmSync.Simulator.Hosting;

/// <summary>An answer that was made in full and not sent: its status and headers stand on the response, its body is here.</summary>
internal sealed class WithheldAnswer
{
    private const int Pieces = 10;
    private readonly byte[] _body;

    private WithheldAnswer(byte[] body) => _body = body;

    /// <summary>Does the work of a call; no byte of the answer reaches the client.</summary>
    public static async Task<WithheldAnswer> TakeAsync(HttpContext context, RequestDelegate next)
    {
        var real = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var body = new MemoryStream();
        var kept = new StreamResponseBodyFeature(body);
        context.Features.Set<IHttpResponseBodyFeature>(kept);
        try
        {
            await next(context);
            await kept.CompleteAsync();
        }
        finally
        {
            context.Features.Set(real);
        }
        return new WithheldAnswer(body.ToArray());
    }

    /// <summary>Announces the whole body, sends half of it and cuts the connection.</summary>
    public async Task ResetAsync(HttpContext context)
    {
        if (_body.Length > 0)
        {
            context.Response.ContentLength = _body.Length;
            await context.Response.Body.WriteAsync(_body.AsMemory(0, _body.Length / 2), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
        context.Abort();
    }

    /// <summary>Sends half of the body as the whole of it.</summary>
    public async Task TruncateAsync(HttpContext context)
    {
        if (_body.Length == 0)
            return;
        context.Response.ContentLength = _body.Length / 2;
        await context.Response.Body.WriteAsync(_body.AsMemory(0, _body.Length / 2), context.RequestAborted);
    }

    /// <summary>Sends the body in pieces, evenly over the time.</summary>
    public async Task DripAsync(HttpContext context, TimeSpan time, TimeProvider clock)
    {
        if (_body.Length > 0)
            context.Response.ContentLength = _body.Length;
        await context.Response.StartAsync(context.RequestAborted);
        for (var i = 0; i < Pieces; i++)
        {
            await Task.Delay(time / Pieces, clock, context.RequestAborted);
            var (from, to) = ((int)((long)_body.Length * i / Pieces), (int)((long)_body.Length * (i + 1) / Pieces));
            if (to == from)
                continue;
            await context.Response.Body.WriteAsync(_body.AsMemory(from, to - from), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
