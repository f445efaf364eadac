namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Says for every note which language's background it is compared with: its own where its words tell, else its account's.</summary>
internal sealed class NoteLanguages(WordBook words)
{
    private const int FewestVotes = 2;
    private const double FewestShare = 0.01;
    private readonly sbyte[] _language = LanguageWords.Read(words);
    private readonly List<sbyte> _notes = [];
    private readonly int[] _votes = new int[LanguageWords.Count];
    private readonly int[] _account = new int[LanguageWords.Count];

    public void BeginAccount()
    {
        _notes.Clear();
        Array.Clear(_account);
    }

    public void Add(IReadOnlyList<int> tokens)
    {
        Array.Clear(_votes);
        for (var i = 0; i < tokens.Count; i++)
            if (tokens[i] >= 0 && _language[tokens[i]] is >= 0 and var language)
                _votes[language]++;
        var best = Best(_votes);
        for (var i = 0; i < _votes.Length; i++)
            _account[i] += _votes[i];
        _notes.Add((sbyte)(best >= 0 && _votes[best] >= FewestVotes ? best : -1));
    }

    public void EndAccount(List<byte> languages)
    {
        var main = Math.Max(0, Best(_account));
        foreach (var note in _notes)
            languages.Add((byte)(note < 0 ? main : note));
    }

    /// <summary>Languages that few notes are in have no background of their own worth the name; they are compared with the most common one.</summary>
    public static (byte[] Numbers, int Kinds) Merge(List<byte> languages)
    {
        var counts = new int[LanguageWords.Count];
        foreach (var language in languages)
            counts[language]++;
        var most = Best(counts);
        var numbers = new int[counts.Length];
        var kinds = 1;
        for (var i = 0; i < counts.Length; i++)
            numbers[i] = i != most && counts[i] >= Math.Max(50, FewestShare * languages.Count) ? kinds++ : 0;
        return ([.. languages.Select(language => (byte)numbers[language])], kinds);
    }

    private static int Best(int[] votes)
    {
        var best = -1;
        for (var i = 0; i < votes.Length; i++)
            if (votes[i] > 0 && (best < 0 || votes[i] > votes[best]))
                best = i;
        return best;
    }
}
