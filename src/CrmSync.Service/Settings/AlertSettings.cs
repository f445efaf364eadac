using CrmSync.Connectors;
using CrmSync.Connectors.Alerts;
using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Service.Settings;

/// <summary>What counts as broken, and whom to tell.</summary>
internal sealed class AlertSettings
{
    /// <summary>How long a connection must have failed, without a success in between.</summary>
    public TimeSpan ConnectionAfter { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Share of an hour's writes that the CRM refuses.</summary>
    public double RejectedShare { get; set; } = 0.05;

    /// <summary>How long work of polls may wait.</summary>
    public TimeSpan Backlog { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Population stability index of labels against the four weeks before.</summary>
    public double MixShift { get; set; } = 0.25;

    /// <summary>Whom to tell; nobody when empty. What is broken is shown in any case.</summary>
    public List<AlertChannelOptions> Channels { get; set; } = [];

    public AlertOptions ToOptions(HostedSettings hosted) => new()
    {
        ConnectionAfter = ConnectionAfter, RejectedShare = RejectedShare, Backlog = Backlog, MixShift = MixShift,
        HostedBudgetMicros = hosted.IsConfigured ? (long)(hosted.DailyBudgetUsd * 1_000_000) : null,
        PassingCodes = FailureCatalog.All.Concat(PipelineCodes.All)
            .Where(code => code.Category == FailureCategory.Wait).Select(code => code.Code).ToHashSet(StringComparer.Ordinal),
    };
}
