namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>A set of facts about one activity, one bit each.</summary>
internal readonly record struct FactSet(UInt128 Bits)
{
    public const int Capacity = 128;

    public static FactSet Of(int bit) => new(UInt128.One << bit);

    public bool HasAll(FactSet other) => (Bits & other.Bits) == other.Bits;

    public bool HasAny(FactSet other) => (Bits & other.Bits) != UInt128.Zero;

    public FactSet With(FactSet other) => new(Bits | other.Bits);
}

/// <summary>Names of facts and their bits. The first names are the structural ones of <see cref="StructuralFact"/>, rules may add others.</summary>
internal sealed class FactNames
{
    private readonly Dictionary<string, int> _bits = new(StringComparer.Ordinal);

    public FactNames()
    {
        foreach (var fact in Enum.GetValues<StructuralFact>())
            _bits[NameOf(fact)] = (int)fact;
    }

    /// <summary>Adds a fact that a rule establishes.</summary>
    public bool TryAdd(string name) => _bits.ContainsKey(name) || _bits.Count < FactSet.Capacity && _bits.TryAdd(name, _bits.Count);

    public bool TryGet(string name, out FactSet fact)
    {
        var known = _bits.TryGetValue(name, out var bit);
        fact = known ? FactSet.Of(bit) : default;
        return known;
    }

    /// <summary><c>NoBody</c> is <c>no-body</c> in a rule file.</summary>
    private static string NameOf(StructuralFact fact) =>
        string.Concat(fact.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
