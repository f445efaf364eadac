namespace CrmSync.Service.Console;

/// <summary>How the console is served.</summary>
public sealed class ConsoleOptions
{
    /// <summary>
    /// Host names that a browser may use, without port: this machine's own, and those that the settings name. A page of another site that points its name at this
    /// address gets nothing.
    /// </summary>
    public IList<string> AllowedHosts { get; } = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Paths that answer whatever the host name is, such as a health check from a container's neighbour. They must show no customer data.</summary>
    public IList<string> OpenPaths { get; } = ["/healthz"];

    /// <summary>
    /// Address of a record by connection key, object type and id, where the connector itself knows none: the demo points at the simulated CRMs' pages. Null for none.
    /// </summary>
    public Func<string, string, string, Uri?>? RecordLink { get; set; }

    /// <summary>A line at the foot of the menu, such as "Demo: simulated CRMs, invented people"; null for none.</summary>
    public string? Notice { get; set; }
}
