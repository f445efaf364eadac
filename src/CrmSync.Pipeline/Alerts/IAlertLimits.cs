namespace CrmSync.Pipeline.Alerts;

/// <summary>From where on something counts as broken, now. Thread-safe.</summary>
public interface IAlertLimits
{
    /// <summary>The lines that hold at this moment; ask once per look.</summary>
    AlertOptions Current { get; }
}
