namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>How a model is trained. The defaults were chosen by validation over writers (decision 0009).</summary>
public sealed record TrainingOptions
{
    /// <summary>Seed of everything random. Same rows, options, seed and processor type: bit-identical model.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Independent members whose probabilities are averaged, 1 to 8.</summary>
    public int Members { get; init; } = 2;

    /// <summary>Hidden units per member, a multiple of 8; members times units is best a multiple of 32, the bytes of a vector.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>Passes over the rows.</summary>
    public int Epochs { get; init; } = 16;

    /// <summary>First step width of AdaGrad; falls to a tenth over the epochs.</summary>
    public float LearningRate { get; init; } = 0.08f;

    /// <summary>Share of input features left out in each step, 0 to 0.9.</summary>
    public float InputDropout { get; init; } = 0.5f;

    /// <summary>Share of hidden units left out in each step, 0 to 0.9.</summary>
    public float HiddenDropout { get; init; } = 0.2f;

    /// <summary>Share of certainty taken from the given label, because careful people differ on two or three rows in a hundred; 0 to 0.5.</summary>
    public float LabelSmoothing { get; init; } = 0.05f;

    /// <summary>Weight decay per step.</summary>
    public float Decay { get; init; } = 0.0001f;

    /// <summary>
    /// Rows that must hold a feature before the model learns it. Fewer validate a little better (4: 0.3 points of engagement, nothing of the stage), and make the
    /// model twice as large and a tenth slower.
    /// </summary>
    public int MinRows { get; init; } = 8;

    /// <summary>Parts into which writers are divided for validation; every row is judged by a model that saw none of its writer's rows. At least 2.</summary>
    public int Folds { get; init; } = 6;

    /// <summary>
    /// Share of wrong answers among decided rows that thresholds must keep to with 90 % certainty on validation rows as activities come, 0 to 0.5.
    /// </summary>
    public double MaxRisk { get; init; } = 0.03;

    /// <summary>When the model was made, for its version and card.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
