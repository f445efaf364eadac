using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Collects notes one by one, as numbers of words, and divides them into terms once all are there. Text is not kept. An account with very many notes keeps an even
/// draw of them, by hash, so that neither its order nor its size matters. Not thread-safe.
/// </summary>
internal sealed class CorpusBuilder(DiscoveryOptions options)
{
    private readonly WordBook _words = new();
    private readonly TokenStore _tokens = new();
    private readonly Dictionary<string, int> _accounts = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];
    private readonly List<AccountNotes> _notes = [];
    private readonly Dictionary<string, int> _owners = new(StringComparer.Ordinal);
    private int _ordinal;

    /// <summary>Notes that were added.</summary>
    public int Count => _ordinal;

    /// <summary>Accounts that were met.</summary>
    public int AccountCount => _keys.Count;

    /// <summary>Adds a note; its place in the source is <see cref="Count"/> before.</summary>
    public void Add(AccountNote note)
    {
        ref var slot = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_accounts, note.Account, out var known);
        if (!known)
        {
            slot = _keys.Count;
            _keys.Add(note.Account);
            _notes.Add(new AccountNotes());
        }
        var notes = _notes[slot];
        var ordinal = _ordinal++;
        notes.Seen++;
        if (!notes.Takes(ordinal))
            return;
        var start = _tokens.Count;
        NoteWords.Read(note.Text, _words, _tokens, options.MostWordsPerActivity);
        NoteWords.ReadTopics(note.Topics, _words, _tokens);
        if (_tokens.Count > start)
            notes.Add(new StoredNote(ordinal, NoteKey.Of(note), OwnerOf(note.Owner), start, (int)(_tokens.Count - start)), options.MostActivitiesPerAccount);
    }

    /// <summary>Divides what was added into terms. Call once.</summary>
    public Corpus Build(CancellationToken cancellationToken) => new CorpusMaker(options, _words, _tokens, _keys, _notes, _owners.Count).Make(cancellationToken);

    private int OwnerOf(string? owner)
    {
        if (string.IsNullOrEmpty(owner))
            return -1;
        if (!_owners.TryGetValue(owner, out var number))
            _owners[owner] = number = _owners.Count;
        return number;
    }
}

/// <summary>A note as numbers of words.</summary>
/// <param name="Ordinal">Its place in the source.</param>
/// <param name="Key">What it is found again by.</param>
/// <param name="Owner">Number of its owner; -1 where unknown.</param>
/// <param name="Start">Its first token.</param>
/// <param name="Length">Its tokens.</param>
internal readonly record struct StoredNote(int Ordinal, ulong Key, int Owner, long Start, int Length);

/// <summary>A hash of a note's account and id (FNV-1a): a source that grows while it is searched gives the same note another place, but not another key.</summary>
internal static class NoteKey
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(AccountNote note) => Add((Add(Offset, note.Account) ^ '\n') * Prime, note.Id);

    private static ulong Add(ulong hash, string text)
    {
        foreach (var c in text)
            hash = (hash ^ c) * Prime;
        return hash;
    }
}

/// <summary>
/// The notes of an account. Above twice the cap only notes whose hash ends in one more zero bit are kept, and so on: what is kept in the end depends on which notes
/// there are, not on their order.
/// </summary>
internal sealed class AccountNotes
{
    private int _level;

    public List<StoredNote> Notes { get; } = [];

    /// <summary>Notes that came, kept or not.</summary>
    public int Seen { get; set; }

    public bool IsCapped(int cap) => _level > 0 || Notes.Count > cap;

    public bool Takes(int ordinal) => (Hash(ordinal) & ((1UL << _level) - 1)) == 0;

    public void Add(StoredNote note, int cap)
    {
        Notes.Add(note);
        while (Notes.Count > 2 * cap)
        {
            _level++;
            Notes.RemoveAll(held => !Takes(held.Ordinal));
        }
    }

    /// <summary>At most so many, in the order of the source.</summary>
    public IReadOnlyList<StoredNote> Capped(int cap) => Notes.Count <= cap
        ? Notes
        : [.. Notes.OrderBy(note => Hash(note.Ordinal)).Take(cap).OrderBy(note => note.Ordinal)];

    private static ulong Hash(int ordinal) => SplitMix.Mix((ulong)ordinal + 0x5EED);
}

/// <summary>Tokens of all notes, one after the other, in pieces so that nothing large is ever copied.</summary>
internal sealed class TokenStore
{
    private const int PieceBits = 20;
    private const int FirstLength = 256;
    private readonly List<int[]> _pieces = [];

    public long Count { get; private set; }

    public int this[long at] => _pieces[(int)(at >> PieceBits)][(int)(at & ((1 << PieceBits) - 1))];

    public void Add(int token)
    {
        int piece = (int)(Count >> PieceBits), at = (int)(Count & ((1 << PieceBits) - 1));
        // The first piece begins small, because a store may also be for the words of a single note.
        if (piece == _pieces.Count)
            _pieces.Add(new int[piece == 0 ? FirstLength : 1 << PieceBits]);
        if (at == _pieces[piece].Length)
        {
            var longer = new int[2 * at];
            _pieces[piece].CopyTo(longer, 0);
            _pieces[piece] = longer;
        }
        _pieces[piece][at] = token;
        Count++;
    }
}
