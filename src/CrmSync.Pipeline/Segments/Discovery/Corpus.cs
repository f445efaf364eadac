namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Activities of accounts as sets of terms, in flat arrays. Activities of one account stand together; those that were left out (above the cap, or empty) are not
/// here. Immutable, thread-safe.
/// </summary>
internal sealed class Corpus
{
    /// <summary>Keys of the accounts, in the order in which they were met.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }

    /// <summary>Where each account's activities begin; one more entry than accounts.</summary>
    public required int[] AccountStart { get; init; }

    /// <summary>Where each activity's terms begin in <see cref="Terms"/>; one more entry than activities.</summary>
    public required int[] ActivityStart { get; init; }

    /// <summary>Ids of terms, ascending within an activity, none twice.</summary>
    public required int[] Terms { get; init; }

    /// <summary>What each activity is found again by; see <see cref="NoteKey"/>.</summary>
    public required ulong[] Keys { get; init; }

    /// <summary>The language that each activity is compared with, as a number below <see cref="Languages"/>.</summary>
    public required byte[] Language { get; init; }

    /// <summary>Number of languages that have a background of their own.</summary>
    public required int Languages { get; init; }

    /// <summary>The terms: a word, or two words and a space.</summary>
    public required string[] Names { get; init; }

    /// <summary>In how many accounts a term is met.</summary>
    public required int[] AccountsWith { get; init; }

    /// <summary>Words that enough accounts use for them to be shown to people.</summary>
    public required IReadOnlySet<string> SharedWords { get; init; }

    /// <summary>Different words that were met.</summary>
    public int WordCount { get; init; }

    /// <summary>Words that were left out because they come mostly from one owner.</summary>
    public int OwnerTerms { get; init; }

    /// <summary>Sentences that were left out because an earlier note of the account holds them.</summary>
    public int Repeated { get; init; }

    /// <summary>Accounts of which a draw was read, and how many notes they have.</summary>
    public IReadOnlyList<(string Account, int Count)> Capped { get; init; } = [];

    public int AccountCount => Accounts.Count;

    public int ActivityCount => Language.Length;

    public int TermCount => Names.Length;

    public int CountOf(int account) => AccountStart[account + 1] - AccountStart[account];

    public ReadOnlySpan<int> TermsOf(int activity) => Terms.AsSpan(ActivityStart[activity], ActivityStart[activity + 1] - ActivityStart[activity]);

    /// <summary>What a long activity weighs per term: a page of text is one event, as a line is.</summary>
    public float Scale(int activity) => 1f / MathF.Sqrt(Math.Max(4, ActivityStart[activity + 1] - ActivityStart[activity]));
}
