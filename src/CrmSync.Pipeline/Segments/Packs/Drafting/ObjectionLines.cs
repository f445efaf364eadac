using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>Objections by kind, and what was said after them in deals that were won.</summary>
internal static class ObjectionLines
{
    private const int MostPhrases = 2;

    public static IEnumerable<PackLine> Of(DraftContext context)
    {
        var heard = context.Sentences.Where(sentence => sentence.Note.Side != NoteSide.Seller).Select(sentence => (sentence, Kind: Objections.KindOf(VocabularyLines.Padded(sentence))))
            .Where(row => row.Kind is not null).ToList();
        foreach (var kind in heard.GroupBy(row => row.Kind!, row => row.sentence, StringComparer.Ordinal)
            .OrderByDescending(group => group.Select(sentence => sentence.Account).Distinct(StringComparer.Ordinal).Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            var accounts = kind.Select(sentence => sentence.Account).ToHashSet(StringComparer.Ordinal);
            if (!context.IsShown(accounts.Count))
                continue;
            var phrases = SharedPhrases.Find([.. kind], context.Options.FewestForQuote, MostPhrases);
            var said = phrases.Count == 0 ? "" : $", in words such as {string.Join(", ", phrases.Select(phrase => DraftContext.Quote(phrase.Text)))}";
            var (answers, deals) = Answers(context, [.. kind], phrases);
            var answer = answers.Count == 0 ? "" : $" What followed in won deals: {string.Join(", ", answers.Select(phrase => DraftContext.Quote(phrase.Text)))}.";
            yield return context.Line(
                PackSection.Objections, kind.Key, kind.Key, $"Heard at {context.OfAll(accounts.Count)}{said}.{answer}", context.TierOf(accounts.Count),
                PackEvidence.Of(accounts, kind.Select(sentence => sentence.Note.Id).Concat(answers.SelectMany(phrase => phrase.Activities)), deals, context.OfAll(accounts.Count)),
                answers.Count == 0 ? "the answer" : null);
        }
    }

    // What our side wrote within the reach after an objection, at accounts that bought later; only what enough of them have word for word.
    private static (IReadOnlyList<SharedPhrase> Phrases, IReadOnlyList<string> Deals) Answers(DraftContext context, List<Sentence> objections, IReadOnlyList<SharedPhrase> objected)
    {
        var heard = objections.ToLookup(sentence => sentence.Account, sentence => sentence.Note, StringComparer.Ordinal);
        List<string> deals = [];
        List<Sentence> followed = [];
        foreach (var account in heard.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var first = account.Min(note => note.At);
            var won = context.Accounts[account.Key].Deals.Where(deal => deal.Outcome == DealOutcome.Won && deal.ClosedAt >= first).Select(deal => deal.Id).ToList();
            if (won.Count == 0)
                continue;
            deals.AddRange(won);
            var times = account.Select(note => note.At).ToList();
            followed.AddRange(context.Sentences.Where(sentence => sentence.Account == account.Key && sentence.Note.Side != NoteSide.Customer
                && account.All(note => note.Id != sentence.Note.Id) && times.Any(at => sentence.Note.At > at && sentence.Note.At <= at + DraftContext.Reach)));
        }
        var phrases = SharedPhrases.Find(followed, context.Options.FewestForQuote, MostPhrases + objected.Count);
        return ([.. phrases.Where(phrase => objected.All(other => other.Text != phrase.Text)).Take(MostPhrases)], deals);
    }
}

/// <summary>Kinds of objections by the phrases that tell them.</summary>
internal static class Objections
{
    private static readonly (string Kind, string[] Phrases)[] Kinds =
    [
        ("Price", ["too expensive", "expensive", "over budget", "no budget", "out of budget", "budget is", "budget was", "cheaper", "price is too", "pricing is too", "costs too much", "cannot afford", "cant afford", "discount", "zu teuer", "kein budget", "trop cher", "demasiado caro"]),
        ("Timing", ["not a priority", "no priority", "not right now", "bad time", "next quarter", "next year", "no time", "too busy", "later this year", "put it on hold", "on hold", "postpone", "postponed", "keine zeit", "pas prioritaire"]),
        ("What they have", ["already have", "already use", "already using", "happy with", "satisfied with", "locked in", "under contract", "contract with", "just renewed", "built it ourselves", "in house", "inhouse", "haben schon", "avons deja"]),
        ("Security and compliance", ["security review", "security concern", "security concerns", "not compliant", "compliance concern", "data protection", "legal review", "data leaves", "penetration test", "datenschutz"]),
        ("Effort and change", ["too complex", "too complicated", "change management", "implementation effort", "too much work", "takes too long", "hard to adopt", "adoption", "training effort", "migration effort", "migration risk", "zu aufwendig", "zu komplex"]),
        ("Integration", ["does not integrate", "doesnt integrate", "no integration", "integration concern", "integration is missing", "missing connector", "no connector", "custom integration", "integration gap"]),
        ("Authority", ["not my decision", "need approval", "needs approval", "board approval", "have to ask", "cannot decide", "cant decide", "sign off from", "freigabe"]),
        ("Trust", ["no references", "any references", "too small", "never heard", "unproven", "not convinced", "not sure you", "vendor risk", "who else uses"]),
        ("Something missing", ["missing feature", "does not support", "doesnt support", "not support", "lacks", "lacking", "not available", "deal breaker", "dealbreaker", "showstopper", "blocker", "fehlt uns"]),
    ];

    private static readonly string[] Worries =
        ["concern", "concerns", "concerned", "worried", "worry", "afraid", "objection", "objections", "hesitant", "pushback", "problem with", "risk of", "bedenken", "inquiet"];

    /// <summary>The kind of objection that a sentence holds; null for none.</summary>
    /// <param name="padded">The sentence's words with blanks around each.</param>
    public static string? KindOf(string padded)
    {
        foreach (var (kind, phrases) in Kinds)
        {
            foreach (var phrase in phrases)
            {
                if (padded.Contains($" {phrase} ", StringComparison.Ordinal))
                    return kind;
            }
        }
        return null;
    }

    /// <summary>Whether a sentence is a worry of any kind, known or not.</summary>
    public static bool IsWorry(string padded) => KindOf(padded) is not null
        || Worries.Any(word => padded.Contains($" {word} ", StringComparison.Ordinal));
}
