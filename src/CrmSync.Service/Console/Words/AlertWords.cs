using CrmSync.Pipeline.Alerts;

namespace CrmSync.Service.Console.Words;

/// <summary>What is watched, in plain words.</summary>
internal static class AlertWords
{
    /// <summary>Name of a kind.</summary>
    public static string Name(AlertKind kind) => kind switch
    {
        AlertKind.Connection => "Connection",
        AlertKind.Schedule => "Schedule",
        AlertKind.Rejected => "Refused writes",
        AlertKind.Backlog => "Waiting work",
        AlertKind.Quota => "Requests of the day",
        AlertKind.Budget => "Hosted model’s budget",
        AlertKind.Completeness => "Completeness",
        AlertKind.Mix => "Spread of labels",
        AlertKind.Test => "Test",
    };

    /// <summary>What it means that something of a kind is broken.</summary>
    public static string Meaning(AlertKind kind) => kind switch
    {
        AlertKind.Connection => "The CRM cannot be read or written. Nothing is lost: work waits and goes on when the CRM answers again.",
        AlertKind.Schedule => "A schedule did not fire when it should have. What it does is late until it fires again.",
        AlertKind.Rejected => "The CRM refuses many of our writes, so labels are missing there. The write-back log has the reasons.",
        AlertKind.Backlog => "Work is due and nobody takes it, so labels fall behind the CRM.",
        AlertKind.Quota => "At this pace the day’s requests will not last. Then work waits until the CRM gives more.",
        AlertKind.Budget => "At this pace the day’s money for the hosted model will not last. Then questions wait until midnight UTC.",
        AlertKind.Completeness => "The last comparison with the CRM found something that is not here.",
        AlertKind.Mix => "Labels are spread otherwise than in the weeks before: a change in the business, in the CRM, or in what the model makes of it.",
        AlertKind.Test => "Somebody tried a channel; nothing is wrong.",
    };

    /// <summary>Name of a state.</summary>
    public static string State(AlertState state) => state switch
    {
        AlertState.Fine => "Fine again",
        AlertState.Broken => "Broke",
        AlertState.Test => "Test",
    };

    /// <summary>What became of telling a channel.</summary>
    public static string Delivery(string status) => status switch
    {
        "sent" => "told",
        "pending" => "waits to be told",
        "failed" => "could not be told",
        "overtaken" => "needed no telling any more",
        _ => status,
    };
}
