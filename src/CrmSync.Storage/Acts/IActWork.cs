using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;

namespace CrmSync.Storage.Acts;

/// <summary>A row that matched an act and was not changed, and why.</summary>
/// <param name="SubjectId">Of an intent, or of an activity.</param>
/// <param name="Code">Code of our registry.</param>
/// <param name="Message">One plain sentence.</param>
internal sealed record LeftOut(long SubjectId, string Code, string Message);

/// <summary>What a page of an act came to.</summary>
/// <param name="Done">Rows that it changed.</param>
/// <param name="LeftOut">Rows that it did not change.</param>
internal sealed record ActOutcome(long Done, IReadOnlyList<LeftOut> LeftOut)
{
    public static readonly ActOutcome Nothing = new(0, []);
}

/// <summary>
/// What one kind of act does with the rows that match. Paging, the position, counters and the reasons of what was left out belong to <see cref="ActSteps"/>;
/// a work only changes rows, inside the transaction of the step, in which no other transaction of the connection runs.
/// </summary>
internal interface IActWork
{
    /// <summary>The kind of run that it carries out.</summary>
    RunKind Kind { get; }

    /// <summary>What it works on.</summary>
    ActTarget Target { get; }

    /// <summary>
    /// Which rows it is about at all, besides the filter: an SQL condition on the alias <c>i</c> (intent) or <c>a</c> (activity), that may refer to the parameters
    /// <c>@runId</c>, <c>@upTo</c>, <c>@sample</c> and <c>@previewRunId</c>. What does not meet it neither counts as done nor as left out, so a condition names
    /// those states for which a reason is of use, too.
    /// </summary>
    string Candidates(ActState act);

    /// <summary>Changes a page of matching rows.</summary>
    /// <param name="step">The transaction; writes that follow (<see cref="LedgerStep.Wanted"/>, <see cref="LedgerStep.Made"/>) may be added.</param>
    /// <param name="act">The act as it stood before this page.</param>
    /// <param name="ids">At most <see cref="ActSteps.RowsAtOnce"/> ids, rising.</param>
    Task<ActOutcome> CarryOutAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids);
}
