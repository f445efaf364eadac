namespace CrmSync.Pipeline.Classification;

/// <summary>Says which cascade decides now. Ask once per batch: within a batch it must not change.</summary>
public interface ICascadeSource
{
    /// <summary>The cascade in use.</summary>
    Cascade Current { get; }
}

/// <summary>Holds the cascade in use; a promoted model takes its place between two batches. Thread-safe.</summary>
public sealed class CascadeHolder(Cascade initial) : ICascadeSource
{
    private volatile Cascade _current = initial;

    /// <inheritdoc/>
    public Cascade Current => _current;

    /// <summary>Puts another cascade into use.</summary>
    public void Use(Cascade cascade)
    {
        ArgumentNullException.ThrowIfNull(cascade);
        _current = cascade;
    }
}
