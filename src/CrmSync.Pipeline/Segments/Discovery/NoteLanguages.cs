namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Says for every note which language's background it is compared with: its own where its words tell, else its account's.</summary>
internal sealed class NoteLanguages(WordBook words)
{
    private const int FewestVotes = 2;
    private const int FewestAccountVotes = 4;

    // One word in twelve: every language has more of them in whole sentences, and a borrowed word ("per") never reaches it.
    private const int WordsPerVote = 12;
    private const double FewestShare = 0.01;
    private static readonly int Unknown = LanguageWords.Count;
    private readonly sbyte[] _language = LanguageWords.Read(words);
    private readonly List<sbyte> _notes = [];
    private readonly int[] _votes = new int[LanguageWords.Count];
    private readonly int[] _account = new int[LanguageWords.Count];
    private int _accountWords;

    public void BeginAccount()
    {
        _notes.Clear();
        _accountWords = 0;
        Array.Clear(_account);
    }

    public void Add(IReadOnlyList<int> tokens)
    {
        Array.Clear(_votes);
        var said = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] < 0)
                continue;
            said++;
            if (_language[tokens[i]] is >= 0 and var language)
                _votes[language]++;
        }
        _accountWords += said;
        var best = Best(_votes);
        for (var i = 0; i < _votes.Length; i++)
            _account[i] += _votes[i];
        _notes.Add((sbyte)(best >= 0 && _votes[best] >= FewestVotes && _votes[best] * WordsPerVote >= said ? best : -1));
    }

    public void EndAccount(List<byte> languages)
    {
        var best = Best(_account);
        var main = best >= 0 && _account[best] >= FewestAccountVotes && _account[best] * WordsPerVote >= _accountWords ? best : Unknown;
        foreach (var note in _notes)
            languages.Add((byte)(note < 0 ? main : note));
    }

    /// <summary>Languages that few notes are in have no background of their own worth the name; they are compared with the most common one.</summary>
    public static (byte[] Numbers, int Kinds) Merge(List<byte> languages)
    {
        var counts = new int[Unknown + 1];
        foreach (var language in languages)
            counts[language]++;
        // What cannot be told is taken for the most common language, and so is all where none can.
        counts[Unknown] = 0;
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
