namespace CrmSync.Service.Console.Words;

/// <summary>Stored words in plain ones.</summary>
internal static class OutcomeWords
{
    /// <summary>Name of an outcome, short enough for a chip.</summary>
    public static string Name(string status, string writeMode = "on") => status switch
    {
        "pending" when writeMode == "preview" => "Preview",
        "pending" when writeMode == "approve" => "To approve",
        "pending" => "Waiting",
        "sending" => "Sending",
        "unknown" => "Unclear",
        "applied" => "Applied",
        "unchanged" => "Unchanged",
        "kept" => "Kept theirs",
        "rejected" => "Rejected",
        "superseded" => "Superseded",
        "discarded" => "Put away",
        _ => status,
    };

    /// <summary>What an outcome means, for where the ledger holds no sentence of its own.</summary>
    public static string Sentence(string status, string? actor, string writeMode) => status switch
    {
        "pending" when writeMode == "preview" => "Shown only: this connection is in preview and sends nothing.",
        "pending" when writeMode == "approve" => "Waits until an operator lets it go.",
        "pending" when writeMode == "paused" => "Waits until somebody resumes this connection.",
        "pending" => "Waits for its turn to be sent.",
        "sending" => "On its way to the CRM.",
        "unknown" => "No answer came; the record is read again to learn what happened.",
        "applied" => "The CRM took it.",
        "unchanged" => "The CRM held this value already; nothing was sent.",
        "kept" => actor switch
        {
            "human" => "A person set another value; it stays.",
            "automation" => "Another program set another value; it stays.",
            _ => "The CRM holds a value that is not ours; it stays.",
        },
        "rejected" => "The CRM refuses it for good.",
        "superseded" => "A newer decision took its place before it was sent.",
        "discarded" => "An operator put it away; it is not sent.",
        _ => "",
    };

    /// <summary>Who decided.</summary>
    public static string DecidedBy(string step) => step switch
    {
        "rules" => "Rules",
        "definitions" => "Definitions",
        "model" => "Local model",
        "hosted" => "Hosted model",
        "person" => "A person",
        _ => step,
    };

    /// <summary>What a run does.</summary>
    public static string Run(string kind) => kind switch
    {
        "poll_fresh" => "Fresh poll",
        "poll_settled" => "Settled poll",
        "poll_reach_back" => "Reach-back poll",
        "backfill" => "Backfill",
        "relabel" => "New definitions",
        "poll_records" => "Deals, companies, people",
        "poll_links" => "Links read anew",
        "poll_gone" => "What is gone",
        "preview" => "Preview of writes",
        "approve" => "Approval",
        "retry" => "Retry",
        "discard" => "Put away",
        "undo" => "Undo",
        "force" => "Overwrite",
        "reconcile" => "Completeness",
        "segment_fit" => "Search for segments",
        "segment_assign" => "Segments of accounts",
        _ => kind,
    };

    /// <summary>What a batch does.</summary>
    public static string Batch(string kind) => kind switch
    {
        "scan" => "Read from CRM",
        "classify" => "Classify",
        "ask" => "Ask hosted model",
        "write" => "Write back",
        "preview" => "Preview of writes",
        "act" => "Operator's act",
        "reconcile" => "Compare with CRM",
        "segment" => "Segments",
        _ => kind,
    };

    /// <summary>Where an activity stands.</summary>
    public static string Activity(string status) => status switch
    {
        "queued" => "Queued",
        "waiting" => "Waits for its end",
        "decided" => "Decided",
        "dead" => "Could not be decided",
        "erased" => "Erased",
        _ => status,
    };

    /// <summary>Whether labels are sent.</summary>
    public static string WriteMode(string mode) => mode switch
    {
        "on" => "Writing on",
        "preview" => "Preview",
        "approve" => "By approval",
        "paused" => "Paused",
        _ => mode,
    };

    /// <summary>A kind of record in the plural.</summary>
    public static string Plural(string kind) => kind switch
    {
        "activity" => "Activities",
        "company" => "Companies",
        "person" => "People",
        _ => Title(kind) + "s",
    };

    /// <summary>A CRM's name.</summary>
    public static string Crm(string kind) => kind switch
    {
        "hubspot" => "HubSpot",
        "salesforce" => "Salesforce",
        _ => kind,
    };

    /// <summary>A slug as a heading: first letter large.</summary>
    public static string Title(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..].Replace('_', ' ');
}
