namespace CrmSync.Simulator.Hosting;

/// <summary>Whether a simulator refuses what is beyond its limits. May be turned while it runs. Thread-safe.</summary>
internal sealed class QuotaSwitch(bool on)
{
    private volatile bool _on = on;

    public bool On
    {
        get => _on;
        set => _on = value;
    }
}
