using System.Numerics;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// Which row of a model belongs to which feature hash, and the unit of that row's weights. Open addressing; read-only after construction, thread-safe.
/// </summary>
internal sealed class FeatureTable
{
    /// <summary>The most rows that a table holds.</summary>
    public const int MaxRows = (1 << RowBits) - 2;

    private const int RowBits = 22;
    private const int ScaleBits = 16;
    private const int TagShift = RowBits + ScaleBits;

    // Slots at least: their number takes the upper bits of a hash and the tag the lower 26, so both together tell all of it.
    private const int MinBits = 11;

    // From above: the lower 26 bits of the hash, the upper half of the scale as a float, row + 1. One look at memory tells all of it. 0 is an empty slot.
    private readonly ulong[] _slots;
    private readonly int _shift;

    /// <summary>A table in which the hash at index i has row i.</summary>
    /// <param name="hashes">The hashes, each once, at most <see cref="MaxRows"/>.</param>
    /// <param name="scales">Scale by row, each with <see cref="Short"/> precision; 1 for all while a model is being trained and has none yet.</param>
    public FeatureTable(IReadOnlyList<uint> hashes, ReadOnlySpan<float> scales = default)
    {
        Hashes = hashes;
        // Between a third and two thirds full: smaller stays nearer to the processor, fuller makes looks longer.
        var bits = Math.Max(MinBits, BitOperations.Log2((uint)Math.Max(1, hashes.Count * 3L / 2)) + 1);
        _shift = 32 - bits;
        _slots = new ulong[1 << bits];
        for (var row = 0; row < hashes.Count; row++)
        {
            var slot = Slot(hashes[row]);
            while (_slots[slot] != 0)
                slot = (slot + 1) & (_slots.Length - 1);
            var scale = BitConverter.SingleToUInt32Bits(scales.IsEmpty ? 1 : scales[row]) >> 16;
            _slots[slot] = (ulong)hashes[row] << TagShift | (ulong)scale << RowBits | (uint)(row + 1);
        }
    }

    /// <summary>The hashes by row.</summary>
    public IReadOnlyList<uint> Hashes { get; }

    /// <summary>The next float upwards that a table keeps exactly: one of eight bits of precision.</summary>
    public static float Short(float scale) => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(scale) + 0xFFFF) & 0xFFFF_0000);

    /// <summary>The row of a hash; -1 when the model does not know it.</summary>
    public int Find(uint hash) => RowOf(Find(hash, First(hash)));

    /// <summary>
    /// What stands where a hash is looked for first. Most of what a look-up costs is waiting for memory; asked for all hashes of a text in a row, before any
    /// answer is looked at, the waits overlap.
    /// </summary>
    public ulong First(uint hash) => _slots[Slot(hash)];

    /// <summary>The entry of a hash whose <see cref="First"/> is known; 0 when the model does not know it.</summary>
    public ulong Find(uint hash, ulong entry)
    {
        var slots = _slots;
        for (var slot = Slot(hash); entry != 0 && !IsOf(entry, hash); entry = slots[slot])
            slot = (slot + 1) & (slots.Length - 1);
        return entry;
    }

    /// <summary>Whether an entry, found where the hash is looked for, is the hash's.</summary>
    public static bool IsOf(ulong entry, uint hash) => (entry ^ (ulong)hash << TagShift) >> TagShift == 0;

    /// <summary>The row of an entry.</summary>
    public static int RowOf(ulong entry) => (int)(entry & ((1 << RowBits) - 1)) - 1;

    /// <summary>The scale of an entry.</summary>
    public static float ScaleOf(ulong entry) => BitConverter.UInt32BitsToSingle((uint)(entry >> RowBits) << 16);

    // Hashes are mixed well already, so the upper bits do.
    private int Slot(uint hash) => (int)(hash >> _shift);
}
