using System.Collections.Frozen;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Settings;

/// <summary>
/// The settings that people changed, as this process last read them. Whoever uses one asks at each use, so that a change holds everywhere within seconds and
/// without a restart. Thread-safe.
/// </summary>
/// <param name="store">Where they are.</param>
/// <param name="followed">Told after each reading.</param>
public sealed class ChangedSettings(ISettingStore store, Action<ChangedSettings>? followed = null)
{
    private volatile FrozenDictionary<string, SettingRow> _rows = FrozenDictionary<string, SettingRow>.Empty;

    /// <summary>The row of a key; null where the configuration holds.</summary>
    public SettingRow? Find(string key) => _rows.GetValueOrDefault(key);

    /// <summary>The rows whose keys begin with something, by the rest of their keys.</summary>
    public IReadOnlyDictionary<string, SettingRow> Below(string prefix) =>
        _rows.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);

    /// <summary>A number; null where the configuration holds, or where what stands there is none.</summary>
    public double? Number(string key) => Find(key) is { } row && TryRead(row.Value, out var number) ? number : null;

    /// <summary>Reads them anew.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        _rows = (await store.ListSettingsAsync(cancellationToken)).ToFrozenDictionary(row => row.Key, StringComparer.Ordinal);
        followed?.Invoke(this);
    }

    /// <summary>Reads a number as it is stored: with a point, without groups.</summary>
    public static bool TryRead(string? text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number);

    /// <summary>A number as it is stored.</summary>
    public static string Write(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>Keeps a process's settings up to date. What fails is repeated at the next look.</summary>
public sealed class SettingKeeper(ChangedSettings settings, TimeProvider clock, ILogger<SettingKeeper> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    /// <summary>Keeps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await LookAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await settings.FollowAsync(cancellationToken);
        }
#pragma warning disable CA1031 // a database that is away for a moment must not end the loop; what was read last holds until the next look
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.SettingsNotRead(fault);
        }
    }
}

/// <summary>Log messages of settings. Event ids 1450-1459.</summary>
internal static partial class Log
{
    [LoggerMessage(1450, LogLevel.Warning, "Settings could not be read; what was read last holds, and it is repeated")]
    public static partial void SettingsNotRead(this ILogger logger, Exception fault);
}
