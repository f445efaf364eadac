using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>Two deciders on the same rows, one taxonomy.</summary>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Name">What people read.</param>
/// <param name="Test">The paired table and its test.</param>
/// <param name="LeftOut">Rows labelled for either side that are not compared: the other has no label of that CRM value, or did not judge the row.</param>
/// <param name="OnlyFirst">CRM values that only the first side's definitions have.</param>
/// <param name="OnlySecond">CRM values that only the second side's definitions have.</param>
public sealed record TaxonomyComparison(
    string Taxonomy, string Name, McNemarResult Test, long LeftOut, IReadOnlyList<string> OnlyFirst, IReadOnlyList<string> OnlySecond)
{
    /// <summary>The probability from which on a difference counts as chance.</summary>
    public const double Level = 0.05;

    /// <summary>The outcome in plain words.</summary>
    /// <param name="first">Name of the first side.</param>
    /// <param name="second">Name of the second side.</param>
    public string Say(string first, string second)
    {
        var rows = Test.BothRight + Test.OnlyFirst + Test.OnlySecond + Test.BothWrong;
        if (rows == 0)
            return $"{Name}: there is no row on which {first} and {second} can be compared.";
        if (Test.OnlyFirst + Test.OnlySecond == 0)
            return $"{Name}: {first} and {second} are right and wrong on the same {rows:N0} rows.";
        var p = Test.PValue < 0.001 ? "p < 0.001" : FormattableString.Invariant($"p = {Test.PValue:0.000}");
        var verdict = Test.PValue < Level ? "chance is an unlikely reason" : "that may be chance";
        return FormattableString.Invariant(
            $"{Name}: {second} is better than {first} on {Test.OnlySecond:N0} rows and worse on {Test.OnlyFirst:N0}, of {rows:N0}; {p}, {verdict}.");
    }
}

/// <summary>Compares two deciders on the same rows. Pure.</summary>
public static class Comparison
{
    /// <summary>
    /// Compares on every taxonomy id that both sides have. Labels are matched by CRM value, so two versions of a taxonomy may name their ids differently; a row whose
    /// true value one side lacks is left out, an answer that the other side lacks is simply wrong. Rows are paired by line and id.
    /// </summary>
    public static IReadOnlyList<TaxonomyComparison> Compare(
        TaxonomySet firstTaxonomies, IReadOnlyList<JudgedRow> first, TaxonomySet secondTaxonomies, IReadOnlyList<JudgedRow> second)
    {
        ArgumentNullException.ThrowIfNull(firstTaxonomies);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(secondTaxonomies);
        ArgumentNullException.ThrowIfNull(second);
        List<TaxonomyComparison> comparisons = [];
        foreach (var taxonomy in firstTaxonomies.All)
            if (secondTaxonomies.TryGet(taxonomy.Id, out var other))
                comparisons.Add(Compare(taxonomy, Answers(taxonomy, first), other, Answers(other, second)));
        return comparisons;
    }

    private static TaxonomyComparison Compare(
        Taxonomy first, Dictionary<(long, string), (string Truth, string Answer)> left, Taxonomy second, Dictionary<(long, string), (string Truth, string Answer)> right)
    {
        long bothRight = 0, onlyFirst = 0, onlySecond = 0, bothWrong = 0;
        foreach (var (key, one) in left)
        {
            if (!right.TryGetValue(key, out var two) || !Same(one.Truth, two.Truth))
                continue;
            switch (Same(one.Answer, one.Truth), Same(two.Answer, two.Truth))
            {
                case (true, true): bothRight++; break;
                case (true, false): onlyFirst++; break;
                case (false, true): onlySecond++; break;
                case (false, false): bothWrong++; break;
            }
        }
        var compared = bothRight + onlyFirst + onlySecond + bothWrong;
        return new TaxonomyComparison(
            first.Id, first.Name, McNemar.Test(bothRight, onlyFirst, onlySecond, bothWrong), left.Keys.Union(right.Keys).LongCount() - compared,
            [.. Values(first).Except(Values(second), StringComparer.OrdinalIgnoreCase)], [.. Values(second).Except(Values(first), StringComparer.OrdinalIgnoreCase)]);
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Values(Taxonomy taxonomy) =>
        taxonomy.Labels.Select(label => label.Value).Concat(taxonomy.Abstains ? ["(abstain)"] : []);

    private static Dictionary<(long, string), (string Truth, string Answer)> Answers(Taxonomy taxonomy, IReadOnlyList<JudgedRow> rows)
    {
        Dictionary<(long, string), (string, string)> answers = [];
        foreach (var row in rows)
            if (row.Row.Labels.TryGetValue(taxonomy.Id, out var truth) && row.Decisions.FirstOrDefault(decision => decision.Taxonomy == taxonomy.Id) is { } decision)
                answers.TryAdd((row.Row.Line, row.Row.Id), (Value(taxonomy, truth), Value(taxonomy, decision.Label)));
        return answers;
    }

    private static string Value(Taxonomy taxonomy, string? label) => taxonomy.Find(label)?.Value ?? "(abstain)";
}
