namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Makes terms of stored notes: repeated sentences count once per account, single words and pairs are chosen by how many accounts have them, one owner's habits are
/// left out.
/// </summary>
internal sealed class CorpusMaker(
    DiscoveryOptions options, WordBook words, TokenStore tokens, List<string> keys, List<AccountNotes> stored, int owners)
{
    private readonly IReadOnlyList<StoredNote>[] _notes = new IReadOnlyList<StoredNote>[keys.Count];
    private readonly List<int> _buffer = [];
    private readonly SaidOnce _said = new(words);

    public Corpus Make(CancellationToken cancellationToken)
    {
        List<(string, int)> capped = [];
        for (var account = 0; account < _notes.Length; account++)
        {
            _notes[account] = stored[account].Capped(options.MostActivitiesPerAccount);
            if (stored[account].IsCapped(options.MostActivitiesPerAccount))
                capped.Add((keys[account], stored[account].Seen));
        }
        stored.Clear();
        var table = TermTable.Choose(options, words, owners, Walk, cancellationToken);
        var languages = new NoteLanguages(words);
        List<int> accountStart = new(_notes.Length + 1) { 0 };
        List<int> activityStart = [0];
        List<ulong> keysOfNotes = [];
        List<int> terms = [];
        List<byte> language = [];
        var before = _said.Repeated;
        HashSet<int> seen = [];
        List<int> own = [];
        for (var account = 0; account < _notes.Length; account++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            languages.BeginAccount();
            foreach (var note in Read(account))
            {
                table.Read(note.Tokens, own);
                if (own.Count == 0)
                    continue;
                own.Sort();
                foreach (var term in own)
                    if (seen.Add(term))
                        terms.Add(term);
                seen.Clear();
                activityStart.Add(terms.Count);
                keysOfNotes.Add(note.Key);
                languages.Add(note.Tokens);
            }
            languages.EndAccount(language);
            accountStart.Add(keysOfNotes.Count);
        }
        var (numbers, kinds) = NoteLanguages.Merge(language);
        return new Corpus
        {
            Accounts = keys,
            AccountStart = [.. accountStart],
            ActivityStart = [.. activityStart],
            Terms = [.. terms],
            Keys = [.. keysOfNotes],
            Language = numbers,
            Languages = kinds,
            Names = table.Names,
            AccountsWith = table.AccountsWith,
            OwnerTerms = table.OwnerTerms,
            SharedWords = table.SharedWords,
            WordCount = words.Count,
            Repeated = _said.Repeated - before,
            Capped = capped,
        };
    }

    private void Walk(Action<int, int, IReadOnlyList<int>> note, CancellationToken cancellationToken)
    {
        for (var account = 0; account < _notes.Length; account++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var read in Read(account))
                note(account, read.Owner, read.Tokens);
        }
    }

    private IEnumerable<(ulong Key, int Owner, IReadOnlyList<int> Tokens)> Read(int account)
    {
        _said.BeginAccount();
        foreach (var note in _notes[account])
            if (_said.Read(tokens, note.Start, note.Length, _buffer))
                yield return (note.Key, note.Owner, _buffer);
    }
}
