namespace CrmSync.Simulator.Hosting;

/// <summary>How long a fault lasts.</summary>
public enum FaultLength
{
    /// <summary>Meets single calls, by chance or by count, and is gone with the next one.</summary>
    Transient,

    /// <summary>Stays until it is healed on command, such as a revoked token or a deleted property.</summary>
    Lasting,
}

/// <summary>A fault that a simulator knows how to show.</summary>
/// <param name="Code">F1 to F31, as the list of faults numbers them.</param>
/// <param name="Title">What happens, in a few words.</param>
/// <param name="Length">How long it lasts.</param>
public sealed record FaultDial(string Code, string Title, FaultLength Length)
{
    /// <summary>What <see cref="DialSetting.Target"/> names for this dial, such as "object type/property"; null where it takes none.</summary>
    public string? TargetHint { get; init; }
}

/// <summary>How far a dial is turned.</summary>
public sealed record DialSetting
{
    /// <summary>Chance that a fitting call meets the fault, 0 to 1. Ignored by lasting dials.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>How many calls it meets before the dial turns itself off; null for no end.</summary>
    public int? Count { get; init; }

    /// <summary>HTTP method that it is meant for; null for any.</summary>
    public string? Method { get; init; }

    /// <summary>Text that the route template or path must contain, any case; null for any.</summary>
    public string? Route { get; init; }

    /// <summary>What it is about, in the words of <see cref="FaultDial.TargetHint"/>; null for the simulator's own choice.</summary>
    public string? Target { get; init; }
}

/// <summary>A dial as it stands.</summary>
/// <param name="Dial">The dial.</param>
/// <param name="Setting">How far it is turned; null where it is off.</param>
/// <param name="Met">How many calls it has met since the simulator started.</param>
public sealed record DialState(FaultDial Dial, DialSetting? Setting, long Met);
