namespace CrmSync.Simulator.Pages;

/// <summary>The names under which CrmSync writes its labels into each CRM, in the order in which a record page shows them.</summary>
internal sealed record LabelProperties(
    string Engaged, string EngagedConfidence, string Stage, string StageConfidence, string Reason, string LabelledAt, string Version)
{
    public static readonly IReadOnlyList<string> EngagementValues = ["ENGAGED", "NOT ENGAGED", "ND"];
    public static readonly IReadOnlyList<string> StageValues = ["Discovery", "Demo", "Negotiation", "Follow-Up", "Closed Won", "Closed Lost"];

    private static readonly LabelProperties HubSpot = new(
        "trueai_engaged", "trueai_engaged_confidence", "crmsync_stage", "crmsync_stage_confidence", "crmsync_reason", "crmsync_labelled_at",
        "crmsync_version");

    private static readonly LabelProperties Salesforce = new(
        "TrueAI_Engaged__c", "TrueAI_Engaged_Confidence__c", "CrmSync_Stage__c", "CrmSync_Stage_Confidence__c", "CrmSync_Reason__c",
        "CrmSync_Labelled_At__c", "CrmSync_Version__c");

    public IReadOnlyList<string> All => [Engaged, EngagedConfidence, Stage, StageConfidence, Reason, LabelledAt, Version];

    public static LabelProperties Of(string kind) => kind == "hubspot" ? HubSpot : Salesforce;

    /// <summary>Whether a property is one of ours, its shadow (…_auto) included.</summary>
    public static bool Owns(string property) =>
        property.StartsWith("trueai_", StringComparison.OrdinalIgnoreCase) || property.StartsWith("crmsync_", StringComparison.OrdinalIgnoreCase);
}
