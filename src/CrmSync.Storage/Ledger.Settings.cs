using CrmSync.Pipeline.Settings;
using CrmSync.Storage.Settings;

namespace CrmSync.Storage;

/// <content>Settings that people changed while hosts run.</content>
public sealed partial class Ledger : ISettingStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<SettingRow>> ListSettingsAsync(CancellationToken cancellationToken) => new SettingRows(_database).ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<SettingOutcome> ChangeSettingAsync(SettingChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentException.ThrowIfNullOrWhiteSpace(change.Actor);
        return new SettingRows(_database).ChangeAsync(change, cancellationToken);
    }
}
