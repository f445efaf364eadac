namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>Whose name it is; the placeholder says so.</summary>
public enum NameKind
{
    /// <summary>A contact or an owner.</summary>
    Person,

    /// <summary>A company.</summary>
    Company,
}

/// <summary>
/// Names that are known, found in a text in one pass: case and diacritics make no difference, a name begins and ends with a word, the longest
/// one wins. Immutable once built, thread-safe. Names in scripts that do not set words apart are found only where something else sets them apart.
/// </summary>
public sealed class NameIndex
{
    /// <summary>No names.</summary>
    public static readonly NameIndex Empty = new Builder().Build();

    private readonly Dictionary<string, int> _words;
    private readonly Dictionary<(int Node, int Word), int> _next;
    private readonly Dictionary<int, NameEntry> _ends;

    private NameIndex(Dictionary<string, int> words, Dictionary<(int, int), int> next, Dictionary<int, NameEntry> ends, int count)
    {
        _words = words;
        _next = next;
        _ends = ends;
        Count = count;
    }

    /// <summary>How many names were added.</summary>
    public int Count { get; }

    /// <summary>The longest name that begins with a word; null for none.</summary>
    /// <param name="words">The words of the text.</param>
    /// <param name="from">The word to begin with.</param>
    internal (int Words, NameEntry Entry)? Match(IReadOnlyList<NameWord> words, int from)
    {
        (int, NameEntry)? longest = null;
        var node = 0;
        for (var i = from; i < words.Count; i++)
        {
            // Words of a name stand beside each other, with no more between them than a space, hyphen, apostrophe, comma or stop.
            if (i > from && !words[i].FollowsClosely)
                break;
            if (!_words.TryGetValue(words[i].Folded, out var word) || !_next.TryGetValue((node, word), out node))
                break;
            if (_ends.TryGetValue(node, out var entry))
                longest = (i - from + 1, entry);
        }
        return longest;
    }

    /// <summary>Collects names. Not thread-safe.</summary>
    public sealed class Builder
    {
        private const int MostWords = 10;
        private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
        private readonly Dictionary<(int, int), int> _next = [];
        private readonly Dictionary<int, NameEntry> _ends = [];
        private int _nodes;
        private int _count;

        /// <summary>Adds a person's name, and its parts of at least three letters.</summary>
        /// <param name="name">The name as the CRM holds it, such as <c>Dana Whitlock</c> or <c>Whitlock, Dana</c>.</param>
        public Builder AddPerson(string name)
        {
            ArgumentNullException.ThrowIfNull(name);
            var words = NameWords.Read(name);
            if (words.Count is 0 or > MostWords)
                return this;
            var entry = NewEntry(NameKind.Person, isPart: false);
            Add(words, entry);
            if (words.Count > 1 && name.Contains(',', StringComparison.Ordinal))
                Add([.. words.Skip(1), words[0] with { FollowsClosely = true }], entry);
            if (words.Count > 1)
            {
                Add([words[^1], .. words.Take(words.Count - 1)], entry);
                foreach (var part in words.Where(word => word.Folded.Length >= NameWords.FewestLetters && !NameWords.IsParticle(word.Folded)))
                    Add([part], entry with { IsPart = true });
            }
            else
            {
                Add(words, entry with { IsPart = true });
            }
            return this;
        }

        /// <summary>Adds a company's name, also without its legal form at the end.</summary>
        /// <param name="name">The name as the CRM holds it.</param>
        public Builder AddCompany(string name)
        {
            ArgumentNullException.ThrowIfNull(name);
            var words = NameWords.Read(name);
            if (words.Count is 0 or > MostWords)
                return this;
            var entry = NewEntry(NameKind.Company, isPart: false);
            Add(words, words.Count == 1 ? entry with { IsPart = true } : entry);
            var length = words.Count;
            while (length > 1 && NameWords.IsLegalForm(words[length - 1].Folded))
                length--;
            if (length < words.Count)
                Add([.. words.Take(length)], length == 1 ? entry with { IsPart = true } : entry);
            return this;
        }

        /// <summary>The index of what was added.</summary>
        public NameIndex Build() => new(new(_words, StringComparer.Ordinal), new(_next), new(_ends), _count);

        private NameEntry NewEntry(NameKind kind, bool isPart) => new(_count++, kind, isPart);

        private void Add(IReadOnlyList<NameWord> words, NameEntry entry)
        {
            // One or two letters alone are an initial or an abbreviation of everything.
            if (words.Count == 1 && words[0].Folded.Length < NameWords.FewestLetters)
                return;
            Put([.. words.Select(word => word.Folded)], entry);
            if (words.Any(word => word.Spelled is not null))
                Put([.. words.Select(word => word.Spelled ?? word.Folded)], entry);
        }

        private void Put(string[] words, NameEntry entry)
        {
            var node = 0;
            foreach (var folded in words)
            {
                if (!_words.TryGetValue(folded, out var word))
                    _words[folded] = word = _words.Count;
                if (!_next.TryGetValue((node, word), out var next))
                    _next[(node, word)] = next = ++_nodes;
                node = next;
            }
            // The first one keeps a name that several have; a whole name is stronger than a part.
            if (!_ends.TryGetValue(node, out var there) || (there.IsPart && !entry.IsPart))
                _ends[node] = entry;
        }
    }
}

/// <summary>A name in the index.</summary>
/// <param name="Id">Whose; parts of a name have the id of the whole.</param>
/// <param name="Kind">Person or company.</param>
/// <param name="IsPart">Whether it is a single word, which may be an everyday word as well.</param>
internal readonly record struct NameEntry(int Id, NameKind Kind, bool IsPart);
