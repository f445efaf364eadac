namespace CrmSync.Simulator.Hosting;

/// <summary>What goes wrong with a call.</summary>
public enum FaultKind
{
    /// <summary>Answers <see cref="Fault.Status"/> without doing anything.</summary>
    Refuse,

    /// <summary>Does the work, then answers <see cref="Fault.Status"/> instead of the result.</summary>
    RefuseAfterApply,

    /// <summary>Cuts the connection without doing anything.</summary>
    Drop,

    /// <summary>Does the work, then cuts the connection: the client cannot know.</summary>
    DropAfterApply,

    /// <summary>Waits <see cref="Fault.Delay"/>, then answers as usual.</summary>
    Slow,

    /// <summary>Does the work and sends the head and half of the body, then cuts the connection: the body is shorter than announced.</summary>
    ResetMidBody,

    /// <summary>Does the work and sends half of the body as if it were all of it.</summary>
    Truncate,

    /// <summary>Answers 200 with a page of a proxy instead of the answer, without doing anything.</summary>
    Html,

    /// <summary>Does the work and sends the body in small pieces, <see cref="Fault.Delay"/> in all.</summary>
    Drip,

    /// <summary>Does the work, then says nothing until the client gives up.</summary>
    HangAfterApply,
}

/// <summary>A fault to be met by the next calls that fit it.</summary>
public sealed record Fault
{
    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>HTTP method that it is meant for; null for any.</summary>
    public string? Method { get; init; }

    /// <summary>Text that the route template or the path must contain, any case, such as <c>/batch/update</c>; null for any.</summary>
    public string? Route { get; init; }

    /// <summary>How many fitting calls go through unharmed first; 0 or more.</summary>
    public int Skip { get; init; }

    /// <summary>How many calls it then meets; 1 or more.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Status to answer, 400 to 599.</summary>
    public int Status { get; init; } = 500;

    /// <summary>
    /// The CRM's own word for the failure where the status alone does not say it, such as HubSpot's policy name <c>DAILY</c>.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>Sent as <c>Retry-After</c> in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long a slow or dripping answer takes, on the simulator's clock.</summary>
    public TimeSpan Delay { get; init; }

    internal bool Fits(string method, string route, string path) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase))
        && (Route is null || route.Contains(Route, StringComparison.OrdinalIgnoreCase)
            || path.Contains(Route, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A call as <see cref="FaultPlan.Hook"/> sees it, before it is answered.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Route template.</param>
/// <param name="Path">Path as called.</param>
/// <param name="Number">How many calls came before it, this plan's life long.</param>
public sealed record FaultyCall(string Method, string Route, string Path, long Number);
