using System.Numerics;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>Which row of a model belongs to which feature hash. Open addressing; read-only after construction, thread-safe.</summary>
internal sealed class FeatureTable
{
    private readonly uint[] _keys;
    private readonly int[] _rows;
    private readonly int _shift;

    /// <summary>A table in which the hash at index i has row i.</summary>
    public FeatureTable(IReadOnlyList<uint> hashes)
    {
        Hashes = hashes;
        var bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, hashes.Count)) + 2);
        _shift = 32 - bits;
        _keys = new uint[1 << bits];
        _rows = new int[1 << bits];
        Array.Fill(_rows, -1);
        for (var row = 0; row < hashes.Count; row++)
        {
            var slot = Slot(hashes[row]);
            while (_rows[slot] >= 0)
                slot = (slot + 1) & (_keys.Length - 1);
            (_keys[slot], _rows[slot]) = (hashes[row], row);
        }
    }

    /// <summary>The hashes by row.</summary>
    public IReadOnlyList<uint> Hashes { get; }

    /// <summary>The row of a hash; -1 when the model does not know it.</summary>
    public int Find(uint hash)
    {
        var slot = Slot(hash);
        while (_rows[slot] >= 0)
        {
            if (_keys[slot] == hash)
                return _rows[slot];
            slot = (slot + 1) & (_keys.Length - 1);
        }
        return -1;
    }

    // Hashes are mixed well already, so the upper bits do.
    private int Slot(uint hash) => (int)(hash >> _shift);
}
