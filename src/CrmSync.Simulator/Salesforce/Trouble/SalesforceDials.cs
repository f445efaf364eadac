using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Http;

namespace CrmSync.Simulator.Salesforce.Trouble;

/// <summary>What can go wrong in this org, as dials; see the list of faults for their numbers.</summary>
internal static class SalesforceDials
{
    private const string Ids = "record ids, with commas; any record where empty";

    public static void Offer(SalesforceServer server, OrgTrouble trouble)
    {
        FaultBoard dials = server.Dials;
        dials.Offer(Lasting("F3", "The 24-hour allocation is spent: 403 REQUEST_LIMIT_EXCEEDED, TotalRequests"));
        dials.Offer(Transient("concurrent", "Too many long requests at once: 403 REQUEST_LIMIT_EXCEEDED, ConcurrentRequests"));
        dials.Offer(Transient("F9", "All sessions end when a further page is asked for"));
        dials.Offer(Transient("session", "All sessions end with a call"));
        dials.Offer(Transient("locator", "The locator of a further page is lost: INVALID_QUERY_LOCATOR"));
        dials.Offer(Lasting("F10", "The app is revoked: no grant gives a session, and open ones end"), _ => server.Sessions.ExpireAll());
        dials.Offer(Lasting("F11", "A refresh token used twice revokes its successor, too"));
        dials.Offer(
            Lasting("F12", "Access removed: the API for the user, or field-level security", "object.field, or object.field:edit; the whole API where empty"),
            trouble.RemoveAccess, trouble.RestoreAccess);
        dials.Offer(Transient("F14", "One bad row: the whole collections call answers 400", Ids + ", and then only calls of several records"));
        dials.Offer(Transient("F16", "Single records fail with UNKNOWN_EXCEPTION in their SaveResult", Ids));
        dials.Offer(Transient("F17", "Rows are locked: UNABLE_TO_LOCK_ROW", Ids));
        dials.Offer(Transient("F19", "A further page repeats the last row of the page before"));
        dials.Offer(Transient("F20", "A row of the last five minutes is not committed yet; it appears later with its older stamp"));
        dials.Offer(Transient("F22", "A row from outside the window of SystemModstamp comes along"));
        dials.Offer(
            Lasting("F23", "The newest 10,001 rows of an object share one second", "object or object/rows; Task/10001 where empty"),
            setting => trouble.StampTogether(setting, 10_001));
        dials.Offer(
            Lasting("F24", "Ties: the newest rows of an object share one second", "object or object/rows; Task/5000 where empty"),
            setting => trouble.StampTogether(setting, 5_000));
        dials.Offer(Transient("F25", "A person edits a row right after it was read", "field; the first custom picklist that they may set, else Subject, where empty"));
        dials.Offer(Transient("F26", "A record is deleted, archived or merged right before it is written", "delete, archive or merge; delete where empty"));
        dials.Offer(Lasting("F27", "A custom field is deleted, or its type changed", "object.field, or object.field:Text"), trouble.RemoveField, trouble.RestoreField);
        dials.Offer(Lasting("F28", "A picklist value is removed", "object.field=value"), trouble.RemoveValue, trouble.RestoreValue);
        dials.Offer(Lasting("F29", "The org refuses writes", "rule, readonly, locked or trigger, then :ids where not all are meant; rule where empty"));
        dials.Offer(Transient("F30", "A flow changes a value on its way in"));
        dials.Offer(Lasting("F31", "The token is one of another org"), _ => server.Move(foreign: true), () => server.Move(foreign: false));
    }

    private static FaultDial Transient(string code, string title, string? target = null) =>
        new(code, title, FaultLength.Transient) { TargetHint = target };

    private static FaultDial Lasting(string code, string title, string? target = null) =>
        new(code, title, FaultLength.Lasting) { TargetHint = target };
}
