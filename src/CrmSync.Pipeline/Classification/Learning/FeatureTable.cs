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
        // Between a third and two thirds full: smaller stays nearer to the processor, fuller makes looks longer.
        var bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, hashes.Count * 3L / 2)) + 1);
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
    public int Find(uint hash) => Find(hash, First(hash));

    /// <summary>
    /// What stands where a hash is looked for first. Most of what a look-up costs is waiting for memory; asked for all hashes of a text in a row, before any
    /// answer is looked at, the waits overlap.
    /// </summary>
    public ulong First(uint hash) => _slots[Slot(hash)];

    /// <summary>The row of a hash whose <see cref="First"/> is known.</summary>
    public int Find(uint hash, ulong entry)
    {
        var slots = _slots;
        for (var slot = Slot(hash); entry != 0; entry = slots[slot])
        {
            if ((uint)(entry >> 32) == hash)
                return (int)(uint)entry - 1;
            slot = (slot + 1) & (slots.Length - 1);
        }
        return -1;
    }

    // Hashes are mixed well already, so the upper bits do.
    private int Slot(uint hash) => (int)(hash >> _shift);
}
