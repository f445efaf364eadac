using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>The rules in use, ready to run: facts first, then voters per taxonomy. Immutable after loading, thread-safe.</summary>
internal sealed class RuleSet
{
    private readonly Rule[] _rules;
    private readonly RuleGate[] _gates;

    private RuleSet(IReadOnlyList<Rule> rules, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> biases, FactNames facts)
    {
        _rules = [.. rules];
        _gates = [.. rules.Select(rule => new RuleGate(rule.When, rule.Unless, rule.In, rule.Phrases.Count > 0, rule.IsAsserted, rule.IsVoid))];
        Biases = biases;
        Facts = facts;
        foreach (var (rule, index) in rules.Select((rule, index) => (rule, index)))
            foreach (var phrase in rule.Phrases.SelectMany(PhrasePattern.Expand))
                Phrases.Add([.. phrase.Select(Vocabulary.Add)], index);
        Negators = Words(
            "not no never didnt doesnt dont hasnt havent hadnt isnt wasnt arent werent cant cannot couldnt wont wouldnt without nobody none nothing neither nor un yet "
            + "nicht kein keine keinen keiner nie niemand pas ne jamais aucun aucune sans no nunca sin ningun niet geen nooit nog");
        Hypotheticals = Words(
            "will would shall should could might may if once when until till before unless whether going gonna want wants wanted wanna need needs needed please can lets "
            + "planned plan planning hope hoping to ready want tomorrow next about ill well theyll shell hell youll wird werden wollen soll sollen wenn sobald falls bevor quand si "
            + "va vont pour cuando si va para als zal zodra wanneer wil");
        Concepts = Concepts.Load(Vocabulary);
    }

    public Vocabulary Vocabulary { get; } = new();

    public PhraseTrie Phrases { get; } = new();

    /// <summary>What the words mean, for the trained model.</summary>
    public Concepts Concepts { get; }

    public FactNames Facts { get; }

    /// <summary>All rules; rules that establish facts stand before voters.</summary>
    public IReadOnlyList<Rule> Rules => _rules;

    /// <summary>When each of them fires, side by side: all are asked about every activity.</summary>
    public ReadOnlySpan<RuleGate> Gates => _gates;

    /// <summary>Log-odds per label before any rule has voted, by taxonomy; <c>abstain</c> for abstaining.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Biases { get; }

    public WordSet Negators { get; }

    public WordSet Hypotheticals { get; }

    /// <summary>Whether a rule file speaks about the taxonomy; where none does, only its own file can.</summary>
    public bool Covers(Taxonomy taxonomy) => Biases.ContainsKey(taxonomy.Id);

    /// <summary>The shipped rules, plus what the taxonomies' own cues say.</summary>
    /// <exception cref="TaxonomyException">A rule or cue cannot be used; all faults are listed.</exception>
    public static RuleSet Load(TaxonomySet taxonomies)
    {
        var reader = new RuleFileReader(taxonomies);
        foreach (var file in (string[])["facts.json", "engagement.json", "stage.json"])
        {
            using var stream = typeof(RuleSet).Assembly.GetManifestResourceStream($"Rules/{file}")
                ?? throw new TaxonomyException($"{file}: the rules are missing from the assembly; the build is broken, build again.");
            reader.Read(stream, file);
        }
        reader.AddCues();
        return reader.Faults.Count == 0
            ? new RuleSet([.. reader.Rules.OrderByDescending(rule => rule.Fact is not null || rule.IsVoid)], reader.Biases, reader.Facts)
            : throw new TaxonomyException(reader.Faults);
    }

    private WordSet Words(string words) => new(words.Split(' ').Select(Vocabulary.Add));
}
