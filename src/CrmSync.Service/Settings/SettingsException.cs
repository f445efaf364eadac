namespace CrmSync.Service.Settings;

/// <summary>The configuration cannot be used: wrong use, exit code 2. The message names every fault, where it stands and the way out.</summary>
internal sealed class SettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public SettingsException(string fault) : this([fault])
    {
    }
}
