using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>Who changed what, in the transaction of the change itself.</summary>
internal static class Audit
{
    public static Task WriteAsync(Session session, string actor, string action, string subject, string? before, string? after) =>
        session.ExecuteAsync(
            "insert into audit (at, actor, action, subject, before, after) values (@Now, @actor, @action, @subject, @before, @after)",
            new { session.Now, actor, action, subject, before, after });
}
