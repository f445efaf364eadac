namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>What customers ask, by the kind of person, and from it what to ask them.</summary>
internal static class QuestionLines
{
    private const int MostPerPersona = 4;

    public static IEnumerable<PackLine> Of(DraftContext context)
    {
        var asked = context.Sentences.Where(sentence => sentence.IsQuestion && sentence.Note.Side != Numbers.NoteSide.Seller).ToList();
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (var persona in Personas.All)
        {
            var theirs = asked.Where(sentence => Personas.Of(Title(context, sentence)) == persona).ToList();
            foreach (var phrase in SharedPhrases.Find(theirs, context.Options.FewestForQuote, MostPerPersona))
            {
                known.Add(phrase.Text);
                yield return Line(context, persona, phrase);
            }
        }
        foreach (var phrase in SharedPhrases.Find(asked, context.Options.FewestForQuote, MostPerPersona).Where(phrase => !known.Contains(phrase.Text)))
            yield return Line(context, Personas.Everybody, phrase);
    }

    private static PackLine Line(DraftContext context, string persona, SharedPhrase phrase) => context.Line(
        PackSection.Questions, $"{persona} {phrase.Text}", persona,
        $"They ask about {DraftContext.Quote(phrase.Text)} ({context.OfAll(phrase.Accounts.Count)}). Ask first: what does {DraftContext.Quote(phrase.Text)} have to do for you, and how is it done today?",
        context.TierOf(phrase.Accounts.Count), PackEvidence.Of(phrase.Accounts, phrase.Activities, figures: context.OfAll(phrase.Accounts.Count)));

    private static string? Title(DraftContext context, Sentence sentence) =>
        sentence.Note.Contact is { } contact ? context.Accounts[sentence.Account].Titles.GetValueOrDefault(contact) : null;
}
