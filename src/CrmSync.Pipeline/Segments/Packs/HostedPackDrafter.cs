using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs.Drafting;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>What became of a hosted draft.</summary>
/// <param name="Changes">Lines to add, none of them approved; a line without sound evidence says that it needs a person.</param>
/// <param name="Model">The model that wrote them.</param>
/// <param name="Dropped">Statements that were thrown away: orders, links, repeated words of too few accounts, unknown sections.</param>
public sealed record HostedDraft(IReadOnlyList<PackChange> Changes, string Model, int Dropped);

/// <summary>
/// Lets the hosted model draft lines of a pack from the lines that the data bears out and from redacted sentences. Its answer only ever becomes drafts for a person to look at: a
/// statement counts by the evidence that it cites, which is checked here and not by the model. Thread-safe.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">From how many accounts on something is shown.</param>
public sealed class HostedPackDrafter(SpecialistModel model, NumberOptions options)
{
    private const int MostSentences = 60;
    private const int RepeatedWords = 6;
    private const int MostLineTokens = 12_000;

    private static readonly PackSection[] Drafted = [.. PackNames.Order.Where(section => section is not (PackSection.Numbers or PackSection.References or PackSection.CaseStudies))];
    private static readonly string Schema = ModelAnswer.Schema(Drafted.Select(section => section.Slug()));

    private static readonly string System =
        "You help a sales team write down what it knows about one group of similar customers. From the data you draft short, plain statements that a colleague can use in a conversation.\n\n"
        + SpecialistModel.AboutData
        + "# Rules\n"
        + "1. Each statement cites in \"cites\" the ids of all data that bear it out, copied exactly. State nothing that the data does not say; no general knowledge, no guesses about competitors.\n"
        + "2. \"kind\" is the section: " + string.Join(", ", Drafted.Select(section => $"{section.Slug()} ({section.Title()})")) + ".\n"
        + "3. \"topic\" is a few words: the persona, the competitor, the objection or the pain. \"tier\" is critical, common or edge by how many accounts it concerns.\n"
        + "4. \"text\" has at most 60 words. Write patterns in your own words; never repeat a sentence of the data.\n"
        + "5. At most 20 statements; do not repeat lines that are there.\n";

    /// <summary>Drafts lines for a pack.</summary>
    /// <param name="pack">The pack as it stands.</param>
    /// <param name="facts">The segment that it is of.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Result<HostedDraft>> DraftAsync(Pack pack, SegmentFacts facts, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(facts);
        if (pack.Segment != facts.Segment)
            return SpecialistFailures.Of("specialist.other_segment", $"The pack is of '{pack.Name}' and the facts are of '{facts.Name}'.");
        var sentences = Sentences.Of(facts.Accounts);
        var exemplars = Exemplars(sentences);
        Dictionary<string, PackEvidence> given = new(StringComparer.Ordinal);
        List<ModelDatum> data = [];
        var tokens = 0;
        foreach (var line in pack.Live.Where(line => !line.Evidence.IsEmpty && line.Section is not (PackSection.References or PackSection.CaseStudies)))
        {
            if ((tokens += TokenEstimate.Of(line.Text)) > MostLineTokens)
                break;
            var id = FormattableString.Invariant($"p{data.Count + 1}");
            given[id] = line.Evidence;
            data.Add(new ModelDatum(id, $"line of {line.Section.Slug()}", line.Topic.Length == 0 ? line.Text : $"{line.Topic}: {line.Text}"));
        }
        foreach (var sentence in exemplars)
        {
            var id = FormattableString.Invariant($"e{data.Count + 1}");
            given[id] = PackEvidence.Of([sentence.Account], [sentence.Note.Id]);
            data.Add(new ModelDatum(id, sentence.Note.Side switch { NoteSide.Customer => "sentence of a customer", NoteSide.Seller => "sentence of ours", NoteSide.Unknown => "sentence" }, sentence.Text));
        }
        var reply = await model.AskAsync(System, data, $"Draft statements for the group called {pack.Name}.", "pack_draft", Schema, cancellationToken);
        if (!reply.Succeeded)
            return reply.Failure;
        if (ModelAnswer.Read(reply.Value.Text, given.Keys.ToHashSet(StringComparer.Ordinal)) is not { } statements)
            return SpecialistFailures.Of("specialist.malformed", "The hosted model's draft of a pack is not what was asked for; nothing of it was kept.");
        var secrets = Private(exemplars, sentences);
        List<PackLine> lines = [];
        foreach (var statement in statements)
        {
            if (PackNames.SectionOf(statement.Kind) is { } section && Drafted.Contains(section) && !Repeats(statement, secrets))
                lines.Add(Line(statement, section, given, PackAuthor.Model(reply.Value.Model), at));
        }
        var added = lines.DistinctBy(line => line.Id).Where(line => pack.Find(line.Id) is null).Select(line => (PackChange)new PackChange.Add(line)).ToList();
        return new HostedDraft(added, reply.Value.Model, statements.Count - added.Count);
    }

    private PackLine Line(ModelAnswer.Statement statement, PackSection section, Dictionary<string, PackEvidence> given, PackAuthor author, DateTimeOffset at)
    {
        var cited = statement.Cites.Select(cite => given[cite]).ToList();
        var accounts = cited.SelectMany(evidence => evidence.Accounts).Distinct(StringComparer.Ordinal).ToList();
        var figures = cited.SelectMany(evidence => evidence.Figures).Distinct(StringComparer.Ordinal).Take(5).ToList();
        // Lines bear something out by their figures, sentences only by being of enough accounts.
        var isBorne = figures.Count > 0 || accounts.Count >= options.FewestForQuote;
        var evidence = isBorne ? PackEvidence.Of(accounts, cited.SelectMany(e => e.Activities), cited.SelectMany(e => e.Deals), figures) : PackEvidence.None;
        return new PackLine(PackLine.IdOf(section, $"model {statement.Text}"), section, statement.Topic, statement.Text, PackNames.TierOf(statement.Tier) ?? PackTier.Common, evidence, author, PackLineState.Draft)
        {
            Needs = isBorne ? null : accounts.Count > 0
                ? FormattableString.Invariant($"evidence: only {accounts.Count} of {options.FewestForQuote} accounts speak for it")
                : "evidence: it cites nothing that was given",
            ChangedAt = at,
        };
    }

    // Sentences that hold something which enough accounts share, no two of the same account in a row, nothing that gives orders.
    private List<Sentence> Exemplars(List<Sentence> sentences)
    {
        var phrases = SharedPhrases.Find(sentences, options.FewestForQuote, MostSentences / 4).Select(phrase => $" {phrase.Text} ").ToList();
        List<Sentence> chosen = [];
        foreach (var phrase in phrases)
        {
            chosen.AddRange(sentences.Where(sentence => VocabularyLines.Padded(sentence).Contains(phrase, StringComparison.Ordinal) && !MachineOrders.IsHostile(sentence.Text))
                .DistinctBy(sentence => sentence.Account).Take(options.FewestForQuote));
        }
        return [.. chosen.DistinctBy(sentence => (sentence.Note.Id, sentence.Text)).Take(MostSentences)];
    }

    private HashSet<string> Private(List<Sentence> exemplars, List<Sentence> all)
    {
        var shared = SharedPhrases.Runs(all, RepeatedWords, options.FewestForQuote);
        return [.. SharedPhrases.Runs(exemplars, RepeatedWords, 1).Where(run => !shared.Contains(run))];
    }

    // A run of words that too few accounts have is a quote, whoever writes it down.
    private static bool Repeats(ModelAnswer.Statement statement, HashSet<string> secrets)
    {
        var words = Sentences.Words(statement.Text);
        return Enumerable.Range(0, Math.Max(0, words.Length - RepeatedWords + 1)).Any(start => secrets.Contains(string.Join(' ', words, start, RepeatedWords)));
    }
}
