using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Packs.Drafting;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Facts;

/// <summary>
/// Facts from the ledger. Bounded: a segment is read with at most 2,000 accounts (the surest) of 200 activities each (the newest), fewer of each where a segment has more than
/// 500 accounts, so that never more than 100,000 are held; what it is compared with is a sample of 2,000 other accounts, the same each time, of 50 activities each.
/// Thread-safe.
/// </summary>
/// <param name="store">The ledger.</param>
/// <param name="names">Names that never leave the process.</param>
/// <param name="time">Tells which meetings are over.</param>
public sealed class LedgerFacts(IAccountFactsStore store, IKnownNames names, TimeProvider time) : ISegmentFactsReader
{
    /// <summary>Most accounts of a segment.</summary>
    public const int MostAccounts = 2_000;

    /// <summary>Most activities of an account.</summary>
    public const int MostNotes = 200;

    /// <summary>Most activities of a segment.</summary>
    public const int MostNotesInAll = 100_000;

    /// <summary>Most accounts that a segment is compared with.</summary>
    public const int MostOthers = 2_000;

    /// <summary>Most activities of each of these.</summary>
    public const int MostNotesOfOthers = 50;

    // Bounds the raw text that is held at once.
    private const int AccountsAtOnce = 25;
    private const int LongestTitle = 200;

    private readonly NoteCleaner _cleaner = new(names);
    private readonly Redactor _redactor = new(names);

    /// <inheritdoc/>
    public async Task<SegmentFacts?> ReadSegmentAsync(string segment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (await store.ReadSegmentAccountsAsync(segment, MostAccounts, cancellationToken) is not { } found)
            return null;
        var mostNotes = Math.Clamp(MostNotesInAll / Math.Max(1, found.Accounts.Count), 1, MostNotes);
        List<AccountFacts> accounts = new(found.Accounts.Count);
        await foreach (var account in ReadAsync(found.Accounts, mostNotes, cancellationToken))
            accounts.Add(account);
        return new SegmentFacts(segment, found.Name, accounts);
    }

    /// <inheritdoc/>
    public async Task<AccountFacts?> ReadAccountAsync(long account, CancellationToken cancellationToken)
    {
        await foreach (var facts in ReadAsync([account], MostNotes, cancellationToken))
            return facts;
        return null;
    }

    /// <inheritdoc/>
    public async Task<PortfolioFacts> ReadPortfolioAsync(SegmentFacts segment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(segment);
        var outside = await store.ReadOutsideAsync(segment.Segment, MostOthers, cancellationToken);
        var counter = new PortfolioFacts.Counter();
        await foreach (var account in ReadAsync(outside.Accounts, MostNotesOfOthers, cancellationToken))
            counter.Add(account);
        return counter.Make([DealTally.Of(segment.Deals).Wins, .. outside.Wins]);
    }

    private async IAsyncEnumerable<AccountFacts> ReadAsync(
        IReadOnlyList<long> accounts, int mostNotes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await names.ReadyAsync(cancellationToken);
        foreach (var piece in accounts.Chunk(AccountsAtOnce))
        {
            var raw = await store.ReadRawAccountsAsync(piece, mostNotes, cancellationToken);
            var now = time.GetUtcNow();
            var clean = new AccountFacts[raw.Count];
            Parallel.For(0, raw.Count, new ParallelOptions { CancellationToken = cancellationToken }, place => clean[place] = Clean(raw[place], now));
            foreach (var account in clean)
                yield return account;
        }
    }

    private AccountFacts Clean(RawAccount raw, DateTimeOffset now) => new(AccountKey.Of(raw.Id))
    {
        Industry = Words(raw.Industry),
        Region = Words(raw.Region),
        Employees = raw.Employees,
        Titles = raw.Titles.Select(title => (Key: AccountKey.Of(title.Key), Title: Words(title.Value))).Where(title => title.Title is not null)
            .ToDictionary(title => title.Key, title => title.Title!, StringComparer.Ordinal),
        Deals = raw.Deals,
        Notes = [.. raw.Notes.Where(note => note.At <= now).Select(note => Clean(note, now))],
    };

    // An activity without words still tells that somebody wrote, or met.
    private NoteFacts Clean(RawAccountNote raw, DateTimeOffset now)
    {
        var text = TextCut.AtMost(_cleaner.CleanText(raw.Content.Subject, raw.Content.Body), Sentences.LongestNote);
        return new NoteFacts(
            AccountKey.Of(raw.ActivityId), raw.At, text, NoteReading.SideOf(raw.Content), NoteReading.IsHeld(raw.Content, raw.At, now), raw.ContactId is { } contact ? AccountKey.Of(contact) : null);
    }

    private string? Words(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : _redactor.Apply(TextCut.AtMost(text, LongestTitle).Trim());
}
