namespace CrmSync.Pipeline.Evaluation;

/// <summary>An evaluation with what a reader needs around it. Holds ids, figures and sentences of evidence, no text of any activity.</summary>
/// <param name="Name">What was judged, as people call it: a model file, "rules".</param>
/// <param name="Result">Its figures.</param>
/// <param name="At">When it was judged.</param>
public sealed record EvaluationReport(string Name, EvaluationResult Result, DateTimeOffset At)
{
    /// <summary>Name of the file that the rows came from; null where they came from elsewhere.</summary>
    public string? File { get; init; }

    /// <summary>What the file held and what was left out; null where the rows came from elsewhere.</summary>
    public LabelledRows? Source { get; init; }

    /// <summary>What it is compared with; null without a comparison.</summary>
    public ComparedWith? Against { get; init; }
}

/// <summary>The other side of a comparison.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Result">Its figures on the same file.</param>
/// <param name="Comparisons">One entry per taxonomy that both have; the other side goes first, so "better" speaks of the side that is judged.</param>
public sealed record ComparedWith(string Name, EvaluationResult Result, IReadOnlyList<TaxonomyComparison> Comparisons);
