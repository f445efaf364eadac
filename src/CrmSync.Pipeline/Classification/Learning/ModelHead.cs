namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>One taxonomy's part of a model: its classes, how sharp its scores are, and from which probability on each answer counts.</summary>
/// <param name="Shape">The classes.</param>
/// <param name="TaxonomyVersion">Version of the definitions that the training rows were labelled by.</param>
/// <param name="Sharpness">Scores are multiplied by it before they become probabilities (the inverse of a temperature, Guo et al. 2017, arXiv 1706.04599).</param>
/// <param name="Thresholds">By class: from which probability on the answer counts, 0 to 1.</param>
internal sealed record ModelHead(HeadShape Shape, string TaxonomyVersion, float Sharpness, IReadOnlyList<double> Thresholds);
