using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Hosting;

/// <summary>Reads a request body whole and tells the call log its length.</summary>
internal static class RequestBody
{
    /// <summary>The body's bytes; empty where there is none.</summary>
    public static async ValueTask<byte[]> ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                CallNote.Of(context).RequestBytes = body.Length;
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
