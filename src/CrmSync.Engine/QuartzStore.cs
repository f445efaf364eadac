namespace CrmSync.Engine;

/// <summary>Where Quartz keeps the jobs that wait.</summary>
public sealed record QuartzStore
{
    private QuartzStore(string? connectionString, string? clusterName) => (ConnectionString, ClusterName) = (connectionString, clusterName);

    /// <summary>In this process's memory, for one node; after a restart the ledger's schedules and its sweep fill it again.</summary>
    public static QuartzStore InMemory { get; } = new(null, null);

    /// <summary>The PostgreSQL database, null for memory. Holds a password: never log it.</summary>
    internal string? ConnectionString { get; }

    /// <summary>The name that the nodes of one cluster share, null for memory.</summary>
    internal string? ClusterName { get; }

    /// <summary>
    /// In tables of Quartz's own (<c>qrtz_*</c>, created at the first start) in a PostgreSQL database, shared by the nodes of a cluster. A node that
    /// dies has its running batches handed to another one.
    /// </summary>
    /// <param name="connectionString">Npgsql connection string.</param>
    /// <param name="clusterName">The same on all nodes of one cluster, different for clusters that share a database.</param>
    public static QuartzStore Postgres(string connectionString, string clusterName = "crmsync")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        ArgumentException.ThrowIfNullOrWhiteSpace(clusterName);
        return new QuartzStore(connectionString, clusterName);
    }

    /// <summary>Says which store, without its credentials.</summary>
    public override string ToString() => ConnectionString is null ? "in memory" : $"PostgreSQL, cluster {ClusterName}";
}
