namespace CrmSync.Pipeline.Alerts;

/// <summary>
/// From where on something counts as broken, and until where it stays so. The second value is always the milder one: what hovers around a single
/// value would be told again and again.
/// </summary>
public sealed record AlertOptions
{
    /// <summary>How long a connection must have failed, without a success in between.</summary>
    public TimeSpan ConnectionAfter { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How late a schedule may be; a slow one may also be late by half of its rhythm.</summary>
    public TimeSpan ScheduleGrace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Share of an hour's writes that the CRM refused, above 0 and at most 1.</summary>
    public double RejectedShare { get; init; } = 0.05;

    /// <summary>Writes of an hour below which no share is looked at.</summary>
    public int RejectedFloor { get; init; } = 20;

    /// <summary>How long work of polls may wait.</summary>
    public TimeSpan Backlog { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Population stability index of labels; 0.25 is what practice calls a shift, 0.1 is none.</summary>
    public double MixShift { get; init; } = 0.25;

    /// <summary>Activities of the last week below which no shift is looked at; the weeks before need four times as many.</summary>
    public int MixFloor { get; init; } = 200;

    /// <summary>What a day of the hosted model may cost, in millionths of a US dollar; null where there is none.</summary>
    public long? HostedBudgetMicros { get; init; }

    /// <summary>Codes of failures that pass by waiting, such as a rate limit; they break no connection.</summary>
    public IReadOnlySet<string> PassingCodes { get; init; } = new HashSet<string>();

    /// <summary>Below what part of a limit something is fine again.</summary>
    public double Calm { get; init; } = 0.5;

    /// <summary>What is wrong, each a sentence.</summary>
    public IEnumerable<string> Faults()
    {
        if (RejectedShare is not (> 0 and <= 1))
            yield return $"RejectedShare is {RejectedShare}, but must be above 0 and at most 1.";
        if (Backlog < TimeSpan.FromMinutes(1) || Backlog > TimeSpan.FromDays(7))
            yield return $"Backlog is {Backlog}; give 00:01:00 to 7.00:00:00.";
        if (MixShift is not (>= 0.05 and <= 10))
            yield return $"MixShift is {MixShift}; give 0.05 to 10 (0.25 is a clear shift).";
        if (ConnectionAfter < TimeSpan.FromSeconds(10) || ConnectionAfter > TimeSpan.FromDays(1))
            yield return $"ConnectionAfter is {ConnectionAfter}; give 00:00:10 to 1.00:00:00.";
    }
}
