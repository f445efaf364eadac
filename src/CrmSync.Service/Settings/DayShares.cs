using CrmSync.Pipeline.Settings;

namespace CrmSync.Service.Settings;

/// <summary>
/// The connections' parts of their CRMs' daily requests: what the configuration says, and what holds now. The connectors read the options that they were made with at
/// each use, so that is where a change goes. Thread-safe.
/// </summary>
internal sealed class DayShares
{
    private readonly List<(string Key, double Configured, Action<double> Set)> _all;

    /// <summary>Remembers what the configuration says; before anything is followed.</summary>
    public DayShares(ServiceSettings settings)
    {
        _all =
        [
            .. settings.Connections.Where(connection => connection.HubSpot is not null)
                .Select(connection => (connection.Key, connection.HubSpot!.Budget.DayShare, (Action<double>)(share => connection.HubSpot.Budget.DayShare = share))),
            .. settings.Connections.Where(connection => connection.Salesforce is not null)
                .Select(connection => (connection.Key, connection.Salesforce!.Budget.DayShare, (Action<double>)(share => connection.Salesforce.Budget.DayShare = share))),
        ];
    }

    /// <summary>By connection: what the configuration says.</summary>
    public IEnumerable<(string Key, double Configured)> Configured => _all.Select(share => (share.Key, share.Configured));

    /// <summary>Lets hold what the ledger says, else the configuration.</summary>
    public void Apply(ChangedSettings settings)
    {
        foreach (var (key, configured, set) in _all)
            set(settings.Number(SettingKeys.DayShare(key)) is > 0 and <= 1 and var share ? share : configured);
    }
}
