namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Leaves out of an account's notes the sentences that an earlier one of its notes holds to the letter: what is pasted again is a habit or a template, no second piece of evidence. Discovery and
/// the frozen model share it, because ratios that were learned without such sentences say something wrong about notes with them. Not thread-safe.
/// </summary>
/// <param name="words">The words that tokens are numbers of, the same for all notes of an account.</param>
internal sealed class SaidOnce(WordBook words)
{
    // Shorter ones are turns of phrase that mean something each time.
    private const int FewestWords = 3;
    private readonly HashSet<ulong> _sentences = [];

    /// <summary>With words of its own.</summary>
    public SaidOnce() : this(new WordBook())
    {
    }

    /// <summary>The words that tokens are numbers of.</summary>
    public WordBook Words => words;

    /// <summary>Sentences that were left out, over all accounts.</summary>
    public int Repeated { get; private set; }

    /// <summary>The next note is another account's.</summary>
    public void BeginAccount() => _sentences.Clear();

    /// <summary>Reads a note.</summary>
    /// <param name="tokens">Where its tokens are.</param>
    /// <param name="start">The first one.</param>
    /// <param name="length">How many.</param>
    /// <param name="kept">Emptied, then gets what is left.</param>
    /// <returns>Whether it says anything; one that says nothing else has no topics either.</returns>
    public bool Read(TokenStore tokens, long start, int length, List<int> kept)
    {
        kept.Clear();
        var (from, hash, spoken) = (0, 0UL, 0);
        var (hasTopics, saysMore) = (false, false);
        for (var i = 0; i < length; i++)
        {
            var token = tokens[start + i];
            kept.Add(token);
            if (token != NoteWords.Stop)
            {
                hash = SplitMix.Mix(hash ^ (ulong)(uint)token);
                spoken++;
                continue;
            }
            if (spoken >= FewestWords && !_sentences.Add(hash))
            {
                kept.RemoveRange(from, kept.Count - from);
                Repeated++;
            }
            else if (spoken == 1 && NoteWords.IsTopic(words[tokens[start + i - 1]]))
                hasTopics = true;
            else if (spoken > 0)
                saysMore = true;
            (from, hash, spoken) = (kept.Count, 0, 0);
        }
        return kept.Count > 0 && (saysMore || !hasTopics);
    }
}
