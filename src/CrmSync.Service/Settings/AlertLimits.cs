using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Settings;

namespace CrmSync.Service.Settings;

/// <summary>What counts as broken: the ledger's lines over the configuration's.</summary>
internal sealed class AlertLimits(ServiceSettings settings, ChangedSettings ledger) : IAlertLimits
{
    private readonly AlertOptions _configured = settings.Alerts.ToOptions(settings.Classification.Hosted);

    public AlertOptions Current => _configured with
    {
        ConnectionAfter = ledger.Number(SettingKeys.AlertConnection) is { } connection ? TimeSpan.FromMinutes(connection) : _configured.ConnectionAfter,
        RejectedShare = ledger.Number(SettingKeys.AlertRejected) ?? _configured.RejectedShare,
        Backlog = ledger.Number(SettingKeys.AlertBacklog) is { } backlog ? TimeSpan.FromMinutes(backlog) : _configured.Backlog,
        MixShift = ledger.Number(SettingKeys.AlertMix) ?? _configured.MixShift,
        HostedBudgetMicros = _configured.HostedBudgetMicros is null || ledger.Number(SettingKeys.HostedDailyBudget) is not { } budget ? _configured.HostedBudgetMicros : (long)(budget * 1_000_000),
    };
}
