namespace CrmSync.Simulator.Pages;

/// <summary>One label's properties: the label itself, how sure CrmSync was, and the value that it wrote last.</summary>
internal sealed record LabelProperty(string Name, string Confidence, string Shadow)
{
    /// <summary>Whether somebody else changed the label after CrmSync wrote it; its confidence says nothing of the value then.</summary>
    public bool IsOverruled(SimulatedRecord record) =>
        record.Properties.GetValueOrDefault(Shadow) is { Length: > 0 } written && written != record.Properties.GetValueOrDefault(Name);
}

/// <summary>The names under which CrmSync writes its labels into each CRM, in the order in which a record page shows them.</summary>
internal sealed record LabelProperties(LabelProperty Engaged, LabelProperty Stage, string Reason, string LabelledAt, string Version)
{
    public static readonly IReadOnlyList<string> EngagementValues = ["ENGAGED", "NOT ENGAGED", "ND"];
    public static readonly IReadOnlyList<string> StageValues =
        ["Discovery", "Demo", "Negotiation", "Follow-Up", "Closed Won", "Closed Lost"];

    private static readonly LabelProperties HubSpot = new(
        new("trueai_engaged", "trueai_engaged_confidence", "trueai_engaged_auto"),
        new("crmsync_stage", "crmsync_stage_confidence", "crmsync_stage_auto"),
        "crmsync_reason", "crmsync_labelled_at", "crmsync_version");

    private static readonly LabelProperties Salesforce = new(
        new("TrueAI_Engaged__c", "TrueAI_Engaged_Confidence__c", "TrueAI_Engaged_Auto__c"),
        new("CrmSync_Stage__c", "CrmSync_Stage_Confidence__c", "CrmSync_Stage_Auto__c"),
        "CrmSync_Reason__c", "CrmSync_Labelled_At__c", "CrmSync_Version__c");

    public IReadOnlyList<string> All => [Engaged.Name, Engaged.Confidence, Stage.Name, Stage.Confidence, Reason, LabelledAt, Version];

    public static LabelProperties Of(string kind) => kind == "hubspot" ? HubSpot : Salesforce;

    /// <summary>Whether a property is one of ours, its shadow (…_auto) included.</summary>
    public static bool Owns(string property) =>
        property.StartsWith("trueai_", StringComparison.OrdinalIgnoreCase)
        || property.StartsWith("crmsync_", StringComparison.OrdinalIgnoreCase);
}
