using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Hosting;

/// <summary>What a handler tells the call log about the call that it answers; travels as a request feature.</summary>
internal sealed class CallNote
{
    /// <summary>Path as the client sent it, before any rewriting.</summary>
    public required string Path { get; init; }

    /// <summary>Length of the body that was read.</summary>
    public long RequestBytes { get; set; }

    /// <summary>Records asked for or written.</summary>
    public int Items { get; set; }

    /// <summary>Writes the log entry with this status, once; later calls do nothing. Called early where the client may look before the middleware is done.</summary>
    public Action<int> Log { get; set; } = _ => { };

    /// <summary>The note of a call; a throw-away one where the call is not logged.</summary>
    public static CallNote Of(HttpContext context) => context.Features.Get<CallNote>() ?? new CallNote { Path = "" };
}
