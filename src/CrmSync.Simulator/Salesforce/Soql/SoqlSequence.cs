using System.Collections;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>A list that compares by its items, so that two syntax trees compare by what they say.</summary>
internal sealed class SoqlSequence<T>(IReadOnlyList<T> items) : IReadOnlyList<T>, IEquatable<SoqlSequence<T>>
{
    public static readonly SoqlSequence<T> Empty = new([]);

    public int Count => items.Count;

    public T this[int index] => items[index];

    public bool Equals(SoqlSequence<T>? other) => other is not null && items.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as SoqlSequence<T>);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (T item in items)
            hash.Add(item);
        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();

    public override string ToString() => $"[{string.Join(", ", items)}]";
}
