namespace CrmSync.Pipeline.Access;

/// <summary>How many tries to sign in are taken.</summary>
/// <param name="Tries">Wrong tries in a row after which a name is locked; at least 1.</param>
/// <param name="Locked">For how long; the count is forgotten after the same time without a try.</param>
/// <param name="AddressTries">The same for all names from one address.</param>
/// <param name="AddressLocked">For how long.</param>
public sealed record SignInLimits(int Tries, TimeSpan Locked, int AddressTries, TimeSpan AddressLocked);

/// <summary>
/// Counts tries to sign in per name and per address, for all nodes together. A try is counted before the password is looked at, so that many at once are not more
/// than many in a row; and for a name that nobody has just as for one that somebody has, so that the answer tells nothing. Thread-safe.
/// </summary>
public interface ISignInGate
{
    /// <summary>Counts a try.</summary>
    /// <param name="name">The folded name that was typed; kept as a hash.</param>
    /// <param name="address">Where it came from; kept as a hash, for a day at most.</param>
    /// <param name="limits">How many are taken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where the password may be looked at; otherwise how long to wait.</returns>
    Task<TimeSpan?> CountTryAsync(string name, string address, SignInLimits limits, CancellationToken cancellationToken);

    /// <summary>A try was right: the name's count is forgotten, the address's is taken back by one.</summary>
    Task ForgiveTryAsync(string name, string address, CancellationToken cancellationToken);
}
