namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>A row of OpportunityHistory for each change of stage, amount, probability or close date, holding the values after it.</summary>
internal static class StageHistory
{
    private static readonly string[] Watched = ["StageName", "Amount", "Probability", "CloseDate"];

    public static void Keep(SalesforceOrg org, SalesforceRow? before, SalesforceRow after, WriteStamp by)
    {
        if (before is not null && Watched.All(name => Equals(before[name], after[name])))
            return;
        org.Insert(
            org["OpportunityHistory"],
            [
                new("OpportunityId", after.Id), new("StageName", after["StageName"]), new("Amount", after["Amount"]),
                new("ExpectedRevenue", after["ExpectedRevenue"]), new("CloseDate", after["CloseDate"]), new("Probability", after["Probability"]),
                new("ForecastCategory", after["ForecastCategory"]), new("PrevAmount", before?["Amount"]), new("PrevCloseDate", before?["CloseDate"]),
            ],
            by);
    }
}
