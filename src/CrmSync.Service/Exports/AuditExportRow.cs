using CrmSync.Storage.Reading;

namespace CrmSync.Service.Exports;

/// <summary>An act of a person as files hold it.</summary>
internal sealed record AuditExportRow(long Id, DateTimeOffset At, string Actor, string Action, string Subject, string? Before, string? After, string? Reason)
{
    public static AuditExportRow Of(AuditRow row) =>
        new(row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Actor, row.Action, row.Subject, row.Before, row.After, row.Reason);
}
