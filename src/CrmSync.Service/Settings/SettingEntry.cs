using CrmSync.Pipeline.Settings;

namespace CrmSync.Service.Settings;

/// <summary>A setting that can be changed while hosts run. All of them are numbers.</summary>
/// <param name="Key">Permanent key.</param>
/// <param name="Area">Where it is shown.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Meaning">What it does, in a sentence or two.</param>
/// <param name="Unit">Unit, as it stands behind the number; empty for none.</param>
/// <param name="Lowest">Lowest value.</param>
/// <param name="Highest">Highest value.</param>
internal sealed record SettingEntry(string Key, string Area, string Name, string Meaning, string Unit, double Lowest, double Highest)
{
    /// <summary>Whether the lowest value itself is too low.</summary>
    public bool IsAboveLowest { get; init; }

    /// <summary>Whether only whole numbers count.</summary>
    public bool IsWhole { get; init; }

    /// <summary>What the configuration says; null where what comes with the program decides.</summary>
    public double? Configured { get; init; }

    /// <summary>Where the configuration says it.</summary>
    public required string ConfiguredIn { get; init; }

    /// <summary>The values that count, in words.</summary>
    public string Range => $"{(IsAboveLowest ? "above " : "")}{ChangedSettings.Write(Lowest)} to {ChangedSettings.Write(Highest)}{(IsWhole ? ", whole numbers" : "")}";

    /// <summary>Reads what somebody typed.</summary>
    /// <returns>Null where it counts; otherwise what is wrong.</returns>
    public string? Read(string? text, out string value)
    {
        value = "";
        if (!ChangedSettings.TryRead(text, out var number))
            return $"{Name}: \"{Short(text)}\" is no number; write it with a point, such as {ChangedSettings.Write(Configured ?? Highest)}.";
        if (number < Lowest || (IsAboveLowest && number <= Lowest) || number > Highest)
            return $"{Name}: {ChangedSettings.Write(number)} is out of range; give {Range}.";
        if (IsWhole && number != Math.Floor(number))
            return $"{Name}: {ChangedSettings.Write(number)} is not a whole number.";
        value = ChangedSettings.Write(number);
        return null;
    }

    private static string Short(string? text) => text is null ? "" : text.Length <= 40 ? text : text[..40] + "…";
}
