namespace CrmSync.Pipeline.WriteBack;

/// <summary>What may be done with a value that the CRM holds.</summary>
public enum OwnershipVerdict
{
    /// <summary>We wrote it last, or nobody ever wrote anything.</summary>
    Ours,

    /// <summary>Somebody else wrote or cleared it; it stays.</summary>
    Theirs,
}

/// <summary>
/// The ours-or-theirs rule of design §2. A value is ours when it equals its shadow in the CRM, or any value that we sent since the last confirmed one,
/// compared as the CRM returned it. Blank counts as untouched only where the shadow is blank, too: a label that a person cleared is an answer.
/// Pure; it holds even when our whole ledger is lost, because the shadow stands in the CRM.
/// </summary>
public static class Ownership
{
    /// <summary>Judges a value.</summary>
    /// <param name="current">What the label property holds now; null for blank.</param>
    /// <param name="shadow">What the shadow property holds now; null for blank.</param>
    /// <param name="ourValues">What the ledger knows we wrote; may be empty.</param>
    public static OwnershipVerdict Judge(string? current, string? shadow, IReadOnlyList<string?> ourValues)
    {
        if (string.IsNullOrEmpty(current))
            return string.IsNullOrEmpty(shadow) ? OwnershipVerdict.Ours : OwnershipVerdict.Theirs;
        return current == shadow || ourValues.Contains(current) ? OwnershipVerdict.Ours : OwnershipVerdict.Theirs;
    }

    /// <summary>Whether two values are the same to the CRM: blank is blank, however it is spelt.</summary>
    public static bool Same(string? left, string? right) => string.IsNullOrEmpty(left) ? string.IsNullOrEmpty(right) : left == right;
}
