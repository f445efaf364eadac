using CrmSync.Pipeline.Alerts;

namespace CrmSync.Service.Console.Words;

/// <summary>What is watched, in plain words.</summary>
internal static class AlertWords
{
    private static readonly Texts T = Texts.Of(typeof(AlertWords));

    /// <summary>Name of a kind.</summary>
    public static string Name(AlertKind kind) => kind switch
    {
        AlertKind.Connection => T["Connection"],
        AlertKind.Schedule => T["Schedule"],
        AlertKind.Rejected => T["RefusedWrites"],
        AlertKind.Backlog => T["WaitingWork"],
        AlertKind.Quota => T["RequestsOfTheDay"],
        AlertKind.Budget => T["HostedModelsBudget"],
        AlertKind.Completeness => T["Completeness"],
        AlertKind.Mix => T["SpreadOfLabels"],
        AlertKind.Test => T["Test"],
    };

    /// <summary>What it means that something of a kind is broken.</summary>
    public static string Meaning(AlertKind kind) => kind switch
    {
        AlertKind.Connection => T["TheCRMCannotBeReadOrWritten"],
        AlertKind.Schedule => T["AScheduleDidNotFireWhenItShould"],
        AlertKind.Rejected => T["TheCRMRefusesManyOfOurWritesSo"],
        AlertKind.Backlog => T["WorkIsDueAndNobodyTakesItSo"],
        AlertKind.Quota => T["AtThisPaceTheDaysRequestsWillNot"],
        AlertKind.Budget => T["AtThisPaceTheDaysMoneyForThe"],
        AlertKind.Completeness => T["TheLastComparisonWithTheCRMFound"],
        AlertKind.Mix => T["LabelsAreSpreadOtherwiseThanIn"],
        AlertKind.Test => T["SomebodyTriedAChannelNothingIs"],
    };

    /// <summary>Name of a state.</summary>
    public static string State(AlertState state) => state switch
    {
        AlertState.Fine => T["FineAgain"],
        AlertState.Broken => T["Broke"],
        AlertState.Test => T["Test"],
    };

    /// <summary>What became of telling a channel.</summary>
    public static string Delivery(string status) => status switch
    {
        "sent" => "told",
        "pending" => T["WaitsToBeTold"],
        "failed" => T["CouldNotBeTold"],
        "overtaken" => T["NeededNoTellingAnyMore"],
        _ => status,
    };
}
