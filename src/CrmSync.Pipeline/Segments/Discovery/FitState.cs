namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Ratios of all segments.</summary>
/// <param name="Count">Segments.</param>
/// <param name="Width">Numbers per row: segments, and room up to a multiple of eight.</param>
/// <param name="Ratios">Log-likelihood ratios per term and segment: one table per fold learned without it, then one learned from all.</param>
/// <param name="Share">Share of a member's activities that speak of the segment.</param>
/// <param name="Size">Accounts, in parts.</param>
internal sealed record FitState(int Count, int Width, float[][] Ratios, float[] Share, double[] Size);

/// <summary>The fit at its end.</summary>
/// <param name="State">Ratios.</param>
/// <param name="Scores">Score of every account and segment.</param>
/// <param name="Shares">Which segment every account belongs to: one of its numbers is 1, or none.</param>
/// <param name="Thresholds">Score that an account needs, by segment.</param>
internal sealed record FittedSegments(FitState State, float[] Scores, float[] Shares, float[] Thresholds);
