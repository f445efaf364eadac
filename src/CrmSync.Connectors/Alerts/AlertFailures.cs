using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Alerts;

/// <summary>Why an alert could not be told.</summary>
internal static class AlertFailures
{
    public static readonly FailureKind Refused = new("alert.target_refused", FailureCategory.Stop,
        "The address of an alert's channel stands for a machine that may not be called",
        "List the host under CrmSync:Outbound:Allow if it is one of yours, or correct the channel's address.");

    public static readonly FailureKind Unreachable = new("alert.unreachable", FailureCategory.Retry,
        "The receiver of an alert cannot be reached, or did not answer in time",
        "It is tried again, later each time; check the channel's address and that the receiver runs.");

    public static readonly FailureKind NotTaken = new("alert.not_taken", FailureCategory.Retry,
        "The receiver of an alert did not take it",
        "It is tried again, later each time; check that the channel's address and secret are still valid there.");

    public static readonly FailureKind SecretMissing = new("alert.secret_missing", FailureCategory.Stop,
        "A channel of alerts has no address or secret that can be read",
        "Check UrlFile and SecretFile of the channel, and that the service's user may read them.");

    public static readonly IReadOnlyList<FailureKind> All = [Refused, Unreachable, NotTaken, SecretMissing];
}
