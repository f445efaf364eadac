using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>Pains that customers tell, and what is said against them in won deals.</summary>
internal static class ValueLines
{
    private const int MostPains = 6;

    private static readonly string[] Pains =
    [
        "manual", "manually", "by hand", "spreadsheet", "spreadsheets", "error", "errors", "mistakes", "late", "delay", "delays", "duplicate", "duplicates", "slow", "hours", "days", "painful", "pain", "struggle", "struggling", "struggles",
        "juggle", "juggling", "no view", "no visibility", "no overview", "no single", "no consolidated", "cannot see", "cant see", "separate", "scattered", "chasing", "nightmare", "bottleneck", "frustrated", "fees", "penalties", "lose track", "problem",
        "problems", "too many", "every month", "backlog", "manuell", "fehler", "verzogerung", "unubersichtlich", "manuel", "erreurs",
    ];

    private static readonly string[] Gains =
    [
        "save", "saves", "saved", "saving", "savings", "automate", "automates", "automated", "automatically", "one place", "single view", "consolidated", "consolidate", "faster", "reduce", "reduces", "reduced", "cut", "cuts", "no more",
        "real time", "eliminate", "eliminates", "without manual", "in minutes", "roi", "payback", "spart", "automatisch", "gagner",
    ];

    public static IEnumerable<PackLine> Of(DraftContext context)
    {
        var pains = SharedPhrases.Find([.. With(context.Sentences.Where(sentence => sentence.Note.Side != NoteSide.Seller), Pains)], context.Options.FewestForQuote, MostPains);
        var won = context.With(DealOutcome.Won);
        var gains = With(context.Sentences.Where(sentence => sentence.Note.Side != NoteSide.Customer && won.Contains(sentence.Account)), Gains).ToList();
        foreach (var pain in pains)
        {
            var there = pain.Accounts.ToHashSet(StringComparer.Ordinal);
            var painful = pain.Activities.ToHashSet(StringComparer.Ordinal);
            var values = SharedPhrases.Find([.. gains.Where(sentence => there.Contains(sentence.Account) && !painful.Contains(sentence.Note.Id))], context.Options.FewestForQuote, 2);
            var offered = values.Count == 0 ? "" : $" Said of ours where they bought: {string.Join(", ", values.Select(value => DraftContext.Quote(value.Text)))}.";
            yield return context.Line(
                PackSection.Values, pain.Text, pain.Text, $"Pain {DraftContext.Quote(pain.Text)}: told at {context.OfAll(pain.Accounts.Count)}.{offered}", context.TierOf(pain.Accounts.Count),
                PackEvidence.Of(pain.Accounts, pain.Activities.Concat(values.SelectMany(value => value.Activities)), figures: context.OfAll(pain.Accounts.Count)),
                values.Count == 0 ? "what we offer for it" : null);
        }
    }

    private static IEnumerable<Sentence> With(IEnumerable<Sentence> sentences, string[] cues)
    {
        foreach (var sentence in sentences)
        {
            var padded = VocabularyLines.Padded(sentence);
            if (cues.Any(cue => padded.Contains($" {cue} ", StringComparison.Ordinal)))
                yield return sentence;
        }
    }
}
