using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>Who changed what, in the transaction of the change itself.</summary>
internal static class Audit
{
    public static Task WriteAsync(Session session, string actor, string action, string subject, string? before, string? after, string? reason = null) =>
        session.ExecuteAsync(
            "insert into audit (at, actor, action, subject, before, after, reason) values (@Now, @actor, @action, @subject, @before, @after, @reason)",
            new { session.Now, actor, action, subject, before, after, reason });
}
