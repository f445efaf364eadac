namespace CrmSync.Storage.Reading.Lists;

/// <summary>The ledger's tables by id, for programs and files. Thread-safe.</summary>
/// <param name="ledger">Opens connections for reading.</param>
public sealed class LedgerLists(ILedgerReadConnections ledger)
{
    /// <summary>The write-back log.</summary>
    public LogList Log { get; } = new(ledger);

    /// <summary>Activities.</summary>
    public ActivityList Activities { get; } = new(ledger);

    /// <summary>Decisions.</summary>
    public DecisionList Decisions { get; } = new(ledger);

    /// <summary>Corrections.</summary>
    public CorrectionList Corrections { get; } = new(ledger);

    /// <summary>Runs.</summary>
    public RunList Runs { get; } = new(ledger);

    /// <summary>Batches of work.</summary>
    public JobList Jobs { get; } = new(ledger);

    /// <summary>What acts left out.</summary>
    public ActLists Acts { get; } = new(ledger);

    /// <summary>Comparisons with the CRM.</summary>
    public CompletenessList Completeness { get; } = new(ledger);
}
