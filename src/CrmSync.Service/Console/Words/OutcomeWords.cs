namespace CrmSync.Service.Console.Words;

/// <summary>Stored words in plain ones.</summary>
internal static class OutcomeWords
{
    private static readonly Texts T = Texts.Of(typeof(OutcomeWords));

    /// <summary>Name of an outcome, short enough for a chip.</summary>
    public static string Name(string status, string writeMode = "on") => status switch
    {
        "pending" when writeMode == "preview" => T["Preview"],
        "pending" when writeMode == "approve" => T["ToApprove"],
        "pending" => T["Waiting"],
        "sending" => T["Sending"],
        "unknown" => T["Unclear"],
        "applied" => T["Applied"],
        "unchanged" => T["Unchanged"],
        "kept" => T["KeptTheirs"],
        "rejected" => T["Rejected"],
        "superseded" => T["Superseded"],
        "discarded" => T["PutAway"],
        _ => status,
    };

    /// <summary>What an outcome means, for where the ledger holds no sentence of its own.</summary>
    public static string Sentence(string status, string? actor, string writeMode) => status switch
    {
        "pending" when writeMode == "preview" => T["ShownOnlyThisConnectionIsIn"],
        "pending" when writeMode == "approve" => T["WaitsUntilAnOperatorLetsItGo"],
        "pending" when writeMode == "paused" => T["WaitsUntilSomebodyResumesThis"],
        "pending" => T["WaitsForItsTurnToBeSent"],
        "sending" => T["OnItsWayToTheCRM"],
        "unknown" => T["NoAnswerCameTheRecordIsReadAgain"],
        "applied" => T["TheCRMTookIt"],
        "unchanged" => T["TheCRMHeldThisValueAlready"],
        "kept" => actor switch
        {
            "human" => T["APersonSetAnotherValueItStays"],
            "automation" => T["AnotherProgramSetAnotherValueIt"],
            _ => T["TheCRMHoldsAValueThatIsNotOursIt"],
        },
        "rejected" => T["TheCRMRefusesItForGood"],
        "superseded" => T["ANewerDecisionTookItsPlaceBefore"],
        "discarded" => T["AnOperatorPutItAwayItIsNotSent"],
        _ => "",
    };

    /// <summary>Who decided.</summary>
    public static string DecidedBy(string step) => step switch
    {
        "rules" => T["Rules"],
        "definitions" => T["Definitions"],
        "model" => T["LocalModel"],
        "hosted" => T["HostedModel"],
        "person" => T["APerson"],
        "segments" => T["Segments"],
        _ => step,
    };

    /// <summary>What a run does.</summary>
    public static string Run(string kind) => kind switch
    {
        "poll_fresh" => T["FreshPoll"],
        "poll_settled" => T["SettledPoll"],
        "poll_reach_back" => T["ReachBackPoll"],
        "backfill" => T["Backfill"],
        "relabel" => T["NewDefinitions"],
        "poll_records" => T["DealsCompaniesPeople"],
        "poll_links" => T["LinksReadAnew"],
        "poll_gone" => T["WhatIsGone"],
        "preview" => T["PreviewOfWrites"],
        "approve" => T["Approval"],
        "retry" => T["Retry"],
        "discard" => T["PutAway"],
        "undo" => T["Undo"],
        "force" => T["Overwrite"],
        "reconcile" => T["Completeness"],
        "segment_fit" => T["SearchForSegments"],
        "segment_assign" => T["SegmentsOfAccounts"],
        "segment_learn" => T["LearningOfSegments"],
        _ => kind,
    };

    /// <summary>What a batch does.</summary>
    public static string Batch(string kind) => kind switch
    {
        "scan" => T["ReadFromCRM"],
        "classify" => T["Classify"],
        "ask" => T["AskHostedModel"],
        "write" => T["WriteBack"],
        "preview" => T["PreviewOfWrites"],
        "act" => T["OperatorsAct"],
        "reconcile" => T["CompareWithCRM"],
        "segment" => T["Segments"],
        "note" => T["BriefAsNote"],
        _ => kind,
    };

    /// <summary>Where an activity stands.</summary>
    public static string Activity(string status) => status switch
    {
        "queued" => T["Queued"],
        "waiting" => T["WaitsForItsEnd"],
        "decided" => T["Decided"],
        "dead" => T["CouldNotBeDecided"],
        "erased" => T["Erased"],
        _ => status,
    };

    /// <summary>Whether labels are sent.</summary>
    public static string WriteMode(string mode) => mode switch
    {
        "on" => T["WritingOn"],
        "preview" => T["Preview"],
        "approve" => T["ByApproval"],
        "paused" => T["Paused"],
        _ => mode,
    };

    /// <summary>A kind of record in the plural.</summary>
    public static string Plural(string kind) => kind switch
    {
        "activity" => T["Activities"],
        "company" => T["Companies"],
        "person" => T["People"],
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
