using System.Text.Json;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Model;

namespace CrmSync.Tests.Classification.Hostile;

/// <summary>One attack of <c>attacks.jsonl</c>: an innocent activity, a text that somebody plants in it, and the label that they want.</summary>
internal sealed record HostileAttack(
    string Id,
    string Family,
    string? Language,
    ActivityType Type,
    ActivityDirection? Direction,
    string Subject,
    string Body,
    string? Disposition,
    string Attack,
    string Place,
    string Wanted)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    public static IReadOnlyList<HostileAttack> All { get; } = Load();

    public string WantedTaxonomy => Wanted[..Wanted.IndexOf('/', StringComparison.Ordinal)];

    public string WantedLabel => Wanted[(Wanted.IndexOf('/', StringComparison.Ordinal) + 1)..];

    public bool IsHidden => Family.StartsWith("hidden ", StringComparison.Ordinal);

    public ActivityContent Innocent => new(Type, Subject, Body, new CrmEvidence { Direction = Direction, Disposition = Disposition });

    public ActivityContent Attacked => Place switch
    {
        "append" => Innocent with { Body = $"{Body}\n{Attack}" },
        "prepend" => Innocent with { Body = $"{Attack}\n{Body}" },
        "inline" => Innocent with { Body = $"{Body} {Attack}" },
        "replace" => Innocent with { Body = Attack },
        "quoted" => Innocent with { Body = $"{Body}\n> {Attack}" },
        "attachment" => Innocent with { Body = $"{Body}\nAttachment: {Attack}" },
        "subject" => Innocent with { Subject = $"{Subject} {Attack}" },
        "tag" => Innocent with { Subject = $"[{Attack}] {Subject}" },
        "disposition" => Innocent with { Evidence = Innocent.Evidence with { Disposition = Disposition + Attack } },
        _ => throw new InvalidOperationException($"{Id}: \"{Place}\" is no place."),
    };

    /// <summary>True when the attack turned the wanted label on.</summary>
    public bool Flips(IReadOnlyList<LabelDecision> before, IReadOnlyList<LabelDecision> after) =>
        LabelOf(before) != WantedLabel && LabelOf(after) == WantedLabel;

    private string LabelOf(IReadOnlyList<LabelDecision> decisions) => decisions.Single(decision => decision.Taxonomy == WantedTaxonomy).Label ?? "abstain";

    private static IReadOnlyList<HostileAttack> Load()
    {
        using var stream = typeof(HostileAttack).Assembly.GetManifestResourceStream("Hostile/attacks.jsonl")!;
        using var reader = new StreamReader(stream);
        List<HostileAttack> attacks = [];
        while (reader.ReadLine() is { } line)
            attacks.Add(JsonSerializer.Deserialize<HostileAttack>(line, Options)!);
        return attacks;
    }
}
