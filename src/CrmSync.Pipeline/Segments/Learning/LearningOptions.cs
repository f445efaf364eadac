namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>How a segment learns. Immutable.</summary>
public sealed record LearningOptions
{
    /// <summary>Deals closed within so long count as recent. Default 90 days: a quarter.</summary>
    public TimeSpan Recent { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Least standardised log-odds of a rising term, above 0. Default 2.5.</summary>
    public double LeastScore { get; init; } = 2.5;

    /// <summary>Most proposals of one look, 1 to 100. Default 10.</summary>
    public int MostProposals { get; init; } = 10;

    /// <summary>Two segments whose profiles are more alike than this may be one, 0 to 1. Default 0.5.</summary>
    public double MergeCosine { get; init; } = 0.5;

    /// <summary>
    /// A segment whose profile is less like its former one than this has drifted, 0 to 1. Default 0.5: a profile is a segment's fifteen strongest terms, and a few more notes change a third of
    /// these without its speaking of anything else, which leaves a likeness of about 0.7.
    /// </summary>
    public double DriftCosine { get; init; } = 0.5;

    /// <summary>How often segments are looked for anew. Default 91 days.</summary>
    public TimeSpan RefitEvery { get; init; } = TimeSpan.FromDays(91);

    /// <summary>From how many judged answers of one question on, drawn by chance, a segment may have a threshold of its own; 30 or more. Default 100.</summary>
    public int FewestAudited { get; init; } = 100;

    /// <summary>Share of answers that may be wrong in a segment before more certainty is asked for there, above 0 and below 1. Default 0.035: more than the answers that count err on rows mixed as exports are.</summary>
    public double AllowedWrong { get; init; } = 0.035;

    /// <summary>How far back judged answers count towards a segment's threshold. Default 180 days.</summary>
    public TimeSpan AuditReach { get; init; } = TimeSpan.FromDays(180);

    /// <summary>One sentence per fault; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        if (Recent <= TimeSpan.Zero)
            faults.Add($"{nameof(Recent)} is {Recent}; give a length of time above 0.");
        if (RefitEvery <= TimeSpan.Zero)
            faults.Add($"{nameof(RefitEvery)} is {RefitEvery}; give a length of time above 0.");
        if (AuditReach <= TimeSpan.Zero)
            faults.Add($"{nameof(AuditReach)} is {AuditReach}; give a length of time above 0.");
        if (FewestAudited < 30)
            faults.Add(FormattableString.Invariant($"{nameof(FewestAudited)} is {FewestAudited}; give 30 or more."));
        if (!(AllowedWrong is > 0 and < 1))
            faults.Add(FormattableString.Invariant($"{nameof(AllowedWrong)} is {AllowedWrong}; give a number above 0 and below 1."));
        if (!(LeastScore > 0))
            faults.Add(FormattableString.Invariant($"{nameof(LeastScore)} is {LeastScore}; give a number above 0."));
        if (MostProposals is < 1 or > 100)
            faults.Add(FormattableString.Invariant($"{nameof(MostProposals)} is {MostProposals}; give a number from 1 to 100."));
        foreach (var (name, value) in new[] { (nameof(MergeCosine), MergeCosine), (nameof(DriftCosine), DriftCosine) })
        {
            if (!(value is >= 0 and <= 1))
                faults.Add(FormattableString.Invariant($"{name} is {value}; give a number from 0 to 1."));
        }
        return faults;
    }
}
