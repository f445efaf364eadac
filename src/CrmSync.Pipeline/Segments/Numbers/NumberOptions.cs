namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>From how many cases on something may be said. Immutable.</summary>
public sealed record NumberOptions
{
    /// <summary>Fewest accounts that justify a specialist, at least 1. Default 20.</summary>
    public int FewestAccounts { get; init; } = 20;

    /// <summary>A term or quote is shown only where this many accounts have it, at least 1. Default 5.</summary>
    public int FewestForQuote { get; init; } = 5;

    /// <summary>Fewest cases of a statistic, at least 1. Default 10.</summary>
    public int FewestForStatistic { get; init; } = 10;

    /// <summary>An approach counts as answered when the customer writes within so long. Default 14 days.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromDays(14);

    /// <summary>An approach counts as leading to a meeting when one takes place within so long. Default 30 days.</summary>
    public TimeSpan MeetingWithin { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Makes drawn probabilities repeatable. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>One sentence per fault; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        foreach (var (name, value) in new[] { (nameof(FewestAccounts), FewestAccounts), (nameof(FewestForQuote), FewestForQuote), (nameof(FewestForStatistic), FewestForStatistic) })
        {
            if (value < 1)
                faults.Add($"{name} is {value}; give a number from 1.");
        }
        foreach (var (name, value) in new[] { (nameof(AnswerWithin), AnswerWithin), (nameof(MeetingWithin), MeetingWithin) })
        {
            if (value <= TimeSpan.Zero)
                faults.Add($"{name} is {value}; give a length of time above 0.");
        }
        return faults;
    }
}
