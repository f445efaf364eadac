using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Facts;

/// <summary>Reads what facts about accounts are made of, raw as the CRMs gave it. Thread-safe.</summary>
public interface IAccountFactsStore
{
    /// <summary>A segment and the accounts that stand in it or in what was merged into it, the surest first; null where there is no such segment.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="most">Most accounts that are given.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<SegmentAccounts?> ReadSegmentAccountsAsync(string segment, int most, CancellationToken cancellationToken);

    /// <summary>Accounts with their deals, titles of their contacts and newest activities; those that are not known or gone from the CRM are left out.</summary>
    /// <param name="accounts">Ledger ids of companies.</param>
    /// <param name="mostNotes">Most activities of each, the newest; 0 for none, which is much faster.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<RawAccount>> ReadRawAccountsAsync(IReadOnlyList<long> accounts, int mostNotes, CancellationToken cancellationToken);

    /// <summary>Accounts outside a segment: some of them, always the same, and how the deals of all of them ended.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="most">Most accounts that are given.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<OutsideAccounts> ReadOutsideAsync(string segment, int most, CancellationToken cancellationToken);
}

/// <summary>Who stands in a segment.</summary>
/// <param name="Name">What people call the segment.</param>
/// <param name="Accounts">Ledger ids of companies.</param>
public sealed record SegmentAccounts(string Name, IReadOnlyList<long> Accounts);

/// <summary>Who does not stand in a segment.</summary>
/// <param name="Accounts">Ledger ids of some of them.</param>
/// <param name="Wins">Deals won out of deals closed of all of them: one entry per approved segment, and one for those in none.</param>
public sealed record OutsideAccounts(IReadOnlyList<long> Accounts, IReadOnlyList<Share> Wins);

/// <summary>An account as the CRM holds it.</summary>
/// <param name="Id">Ledger id of the company.</param>
/// <param name="Industry">In the CRM's words; null where it says none.</param>
/// <param name="Region">In the CRM's words; null where it says none.</param>
/// <param name="Employees">People who work there; null where the CRM does not say.</param>
public sealed record RawAccount(long Id, string? Industry, string? Region, long? Employees)
{
    /// <summary>Job titles of its contacts, by ledger id of the person; raw.</summary>
    public IReadOnlyDictionary<long, string> Titles { get; init; } = new Dictionary<long, string>();

    /// <summary>Deals whose main company it is.</summary>
    public IReadOnlyList<DealFacts> Deals { get; init; } = [];

    /// <summary>Its newest activities.</summary>
    public IReadOnlyList<RawAccountNote> Notes { get; init; } = [];
}

/// <summary>An activity of an account as the CRM holds it.</summary>
/// <param name="ActivityId">Ledger id.</param>
/// <param name="Content">Type, text and the CRM's own fields; untrusted. A long body is cut.</param>
/// <param name="At">When it happened.</param>
/// <param name="ContactId">Ledger id of a person that it was with; null where that is not known.</param>
public sealed record RawAccountNote(long ActivityId, ActivityContent Content, DateTimeOffset At, long? ContactId);
