using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>Reads rule files (<c>"schema": "crmsync/rules/1"</c>) and turns an administrator's cues into rules; collects every fault.</summary>
internal sealed class RuleFileReader(TaxonomySet taxonomies)
{
    private const double CueWeight = 1.5;
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly List<string> _faults = [];
    private readonly List<Rule> _rules = [];
    private readonly HashSet<string> _ids = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, double>> _biases = [];

    public IReadOnlyList<string> Faults => _faults;

    public IReadOnlyList<Rule> Rules => _rules;

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Biases => _biases;

    public FactNames Facts { get; } = new();

    public void Read(Stream stream, string file)
    {
        try
        {
            var content = JsonSerializer.Deserialize<FileShape>(stream, Options);
            if (content is null || content.Schema != "crmsync/rules/1")
                _faults.Add($"{file}, schema: \"{content?.Schema}\" is unknown; this version reads \"crmsync/rules/1\".");
            else
                Read(content, file);
        }
        catch (JsonException exception)
        {
            _faults.Add($"{file}, line {exception.LineNumber + 1}: the rules cannot be read ({exception.Message}); correct the line.");
        }
    }

    /// <summary>
    /// Cues that an administrator added to a shipped taxonomy vote for their label, counter-cues against it. The cues that it shipped with do not: they tell
    /// people and a hosted model what the rules, which weigh the same phrases with more care, look for. A taxonomy without rules has
    /// <see cref="Definitions.DefinitionStep"/>.
    /// </summary>
    public void AddCues()
    {
        var shipped = TaxonomySet.LoadShipped();
        foreach (var taxonomy in taxonomies.All)
        {
            foreach (var label in taxonomy.Labels)
            {
                var known = shipped.TryGet(taxonomy.Id, out var original) ? original.Find(label.Id) : null;
                Add(label.Cues, known?.Cues, CueWeight, "cue", $"A phrase stands in it that the definition of {label.Name} lists as a cue.");
                Add(label.NegativeCues, known?.NegativeCues, -CueWeight, "counter-cue", $"A phrase stands in it that the definition of {label.Name} lists as speaking against it.");

                void Add(IReadOnlyList<string> cues, IReadOnlyList<string>? before, double weight, string kind, string sentence) =>
                    AddCue(taxonomy, label, [.. cues.Except(before ?? [], StringComparer.Ordinal)], weight, kind, sentence);
            }
        }
    }

    private void AddCue(Taxonomy taxonomy, LabelDefinition label, IReadOnlyList<string> cues, double weight, string kind, string sentence)
    {
        if (cues.Count == 0)
            return;
        Check(cues, $"taxonomy {taxonomy.Id}, label {label.Id}, {kind}");
        if (_biases.ContainsKey(taxonomy.Id))
            _rules.Add(new Rule($"{kind}-{taxonomy.Id}-{label.Id}", taxonomy.Id, label.Id, weight, sentence, null, false, cues,
            RulePlaces.Subject | RulePlaces.New | RulePlaces.Theirs, false, default, default, null));
    }

    private void Read(FileShape content, string file)
    {
        if (content.Taxonomy is not null && !taxonomies.TryGet(content.Taxonomy, out _))
            return;
        if (content.Taxonomy is not null && content.Bias is not null)
            _biases[content.Taxonomy] = content.Bias;
        foreach (var fact in content.Rules.Where(rule => rule.Fact is not null && !Facts.TryAdd(rule.Fact)))
            _faults.Add($"{file}, rule {fact.Id}: there are more than {FactSet.Capacity} facts; drop one.");
        foreach (var rule in content.Rules)
            Add(rule, content.Taxonomy ?? "", file);
    }

    private void Add(RuleShape shape, string taxonomy, string file)
    {
        var place = $"{file}, rule {shape.Id}";
        if (!_ids.Add(shape.Id))
            _faults.Add($"{place}: the id stands twice; ids are permanent and unique.");
        var known = taxonomy.Length > 0 ? taxonomies[taxonomy] : null;
        // A taxonomy of the administrator's own may lack a shipped label; its rules then have nobody to vote for.
        if (known is not null && shape.Label != "abstain" && known.Find(shape.Label) is null)
            return;
        if (known is { Abstains: false } && shape.Label == "abstain")
            return;
        Check(shape.Phrases, place);
        _rules.Add(new Rule(shape.Id, taxonomy, shape.Label == "abstain" ? null : shape.Label, shape.Weight, shape.Sentence, shape.Fact, shape.Void,
            shape.Phrases, Places(shape.In, place), shape.Asserted, FactsOf(shape.When, place), FactsOf(shape.Unless, place), shape.Example?.ToContent()));
    }

    private void Check(IReadOnlyList<string> phrases, string place)
    {
        foreach (var phrase in phrases)
        {
            try
            {
                PhrasePattern.Expand(phrase);
            }
            catch (FormatException exception)
            {
                _faults.Add($"{place}: {exception.Message}; correct the phrase.");
            }
        }
    }

    private RulePlaces Places(IReadOnlyList<string> names, string place)
    {
        if (names.Count == 0)
            return RulePlaces.Subject | RulePlaces.New;
        var places = RulePlaces.None;
        foreach (var name in names)
        {
            if (Enum.TryParse<RulePlaces>(name, ignoreCase: true, out var one))
                places |= one;
            else
                _faults.Add($"{place}: \"{name}\" is no place; use subject, new, theirs, ours, footer or field.");
        }
        return places;
    }

    private FactSet FactsOf(IReadOnlyList<string> names, string place)
    {
        var set = default(FactSet);
        foreach (var name in names)
        {
            if (Facts.TryGet(name, out var fact))
                set = set.With(fact);
            else
                _faults.Add($"{place}: \"{name}\" is no known fact; establish it in facts.json.");
        }
        return set;
    }

    private sealed record FileShape(string Schema, string? Notes, string? Taxonomy, Dictionary<string, double>? Bias, IReadOnlyList<RuleShape> Rules);

    private sealed record RuleShape
    {
        public required string Id { get; init; }
        public string? Label { get; init; }
        public double Weight { get; init; }
        public required string Sentence { get; init; }
        public string? Fact { get; init; }
        public bool Void { get; init; }
        public IReadOnlyList<string> Phrases { get; init; } = [];
        public IReadOnlyList<string> In { get; init; } = [];
        public bool Asserted { get; init; }
        public IReadOnlyList<string> When { get; init; } = [];
        public IReadOnlyList<string> Unless { get; init; } = [];
        public ExampleShape? Example { get; init; }
    }

    private sealed record ExampleShape
    {
        public ActivityType Type { get; init; } = ActivityType.Note;
        public ActivityDirection? Direction { get; init; }
        public string Subject { get; init; } = "";
        public string Body { get; init; } = "";
        public string? Disposition { get; init; }
        public string? Status { get; init; }
        public string? Outcome { get; init; }
        public string? Subtype { get; init; }
        public int? Seconds { get; init; }

        public ActivityContent ToContent() => new(Type, Subject, Body, new CrmEvidence
        {
            Direction = Direction,
            Disposition = Disposition,
            Status = Status,
            Outcome = Outcome,
            Subtype = Subtype,
            Duration = Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        });
    }
}
