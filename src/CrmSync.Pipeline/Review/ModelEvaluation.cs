using System.Text.Json;

namespace CrmSync.Pipeline.Review;

/// <summary>A proposed model beside the one that is active, on the same held-out rows.</summary>
/// <param name="Against">Version of the active model.</param>
/// <param name="TrainedOn">Rows learned from.</param>
/// <param name="Corrections">Of these, people's corrections.</param>
/// <param name="Taxonomies">One comparison per taxonomy that held-out rows judge.</param>
public sealed record ModelEvaluation(string Against, int TrainedOn, int Corrections, IReadOnlyList<ModelComparison> Taxonomies)
{
    /// <summary>Corrections that look wrong to a model that has not seen them, the likeliest first.</summary>
    public IReadOnlyList<SuspectLabel> Suspects { get; init; } = [];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = false };

    /// <summary>What the file form calls itself.</summary>
    public string Schema { get; init; } = "crmsync/model-evaluation/1";

    /// <summary>As stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads the stored form; null where it is another.</summary>
    public static ModelEvaluation? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelEvaluation>(json, Json) is { Taxonomies: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A correction that is likely wrong.</summary>
/// <param name="ActivityId">The activity.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Given">The label that a person gave; null: no definition covers it.</param>
/// <param name="Likely">The label that it more likely has.</param>
/// <param name="Margin">Probability of the given label minus that of the likely one, -1 to 1.</param>
public sealed record SuspectLabel(long ActivityId, string Taxonomy, string? Given, string? Likely, double Margin);

/// <summary>Two models on one taxonomy.</summary>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Rows">Held-out rows.</param>
/// <param name="Right">Rows that the proposed model gets right.</param>
/// <param name="ActiveRight">Rows that the active one gets right.</param>
/// <param name="PValue">Probability, 0 to 1, of a difference at least as great by chance (McNemar).</param>
/// <param name="Sentence">The comparison in plain words.</param>
public sealed record ModelComparison(string Taxonomy, long Rows, long Right, long ActiveRight, double PValue, string Sentence);
