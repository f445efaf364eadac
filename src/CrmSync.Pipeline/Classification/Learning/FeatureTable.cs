using System.Numerics;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>Which row of a model belongs to which feature hash. Open addressing; read-only after construction, thread-safe.</summary>
internal sealed class FeatureTable
{
    // Hash above, row + 1 below: one look at memory tells both. 0 is an empty slot.
    private readonly ulong[] _slots;
    private readonly int _shift;

    /// <summary>A table in which the hash at index i has row i.</summary>
    public FeatureTable(IReadOnlyList<uint> hashes)
    {
        Hashes = hashes;
        var bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, hashes.Count)) + 2);
        _shift = 32 - bits;
        _slots = new ulong[1 << bits];
        for (var row = 0; row < hashes.Count; row++)
        {
            var slot = Slot(hashes[row]);
            while (_slots[slot] != 0)
                slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = (ulong)hashes[row] << 32 | (uint)(row + 1);
        }
    }

    /// <summary>The hashes by row.</summary>
    public IReadOnlyList<uint> Hashes { get; }

    /// <summary>The row of a hash; -1 when the model does not know it.</summary>
    public int Find(uint hash)
    {
        var slots = _slots;
        for (var slot = Slot(hash); slots[slot] is not 0 and var entry; slot = (slot + 1) & (slots.Length - 1))
            if ((uint)(entry >> 32) == hash)
                return (int)(uint)entry - 1;
        return -1;
    }

    // Hashes are mixed well already, so the upper bits do.
    private int Slot(uint hash) => (int)(hash >> _shift);
}
