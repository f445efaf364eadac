using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using CrmSync.Pipeline.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace CrmSync.Service.Auth;

/// <summary>
/// Who is behind a session. The cookie names an account and the stamp that it had; name and role come from the ledger, looked up at most once a minute and account,
/// so that a change that another node or a command made ends a session within a minute, and one that this node made at once. Signing out ends the one session, a copy of
/// its cookie included. Thread-safe.
/// </summary>
internal sealed class Sessions(IAccountStore accounts, IOptions<AccessOptions> options, TimeProvider clock)
{
    /// <summary>Name of the scheme, and of the kind of identity that it makes.</summary>
    public const string Scheme = "session";

    private const string StampClaim = "stamp";
    private const string SessionClaim = "session";
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<long, Look> _looks = new();
    private long _changes;

    /// <summary>What the cookie of a new session says about an account.</summary>
    public static ClaimsPrincipal PrincipalOf(Account account) => PrincipalOf(account, Guid.NewGuid().ToString("N"));

    /// <summary>What a session's cookie would say now.</summary>
    public static ClaimsPrincipal PrincipalOf(Account account, ClaimsPrincipal user) => PrincipalOf(account, SessionOf(user));

    private static ClaimsPrincipal PrincipalOf(Account account, string session) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, account.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(ClaimTypes.Name, account.Name),
            new Claim(ClaimTypes.Role, Roles.NameOf(account.Role)),
            new Claim(StampClaim, account.Stamp),
            new Claim(SessionClaim, session),
        ],
        Scheme, ClaimTypes.Name, ClaimTypes.Role));

    /// <summary>The account's id; null where nobody is signed in.</summary>
    public static long? IdOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>The name that acts are entered under.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: a page forgot to ask for a role.</exception>
    public static string NameOf(ClaimsPrincipal user) =>
        Roles.Of(user) is not null && user.Identity?.Name is { Length: > 0 } name ? name : throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>The account behind a cookie, while its stamp stands and it is enabled; null otherwise.</summary>
    public async Task<Account?> CheckAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (IdOf(user) is not { } id)
            return null;
        var now = clock.GetUtcNow();
        if (!_looks.TryGetValue(id, out var look) || now - look.At >= Fresh)
        {
            // What was read before a change here must not be kept after it.
            var changes = Interlocked.Read(ref _changes);
            look = new Look(await accounts.FindAccountAsync(id, cancellationToken), await accounts.ListEndedSessionsAsync(id, cancellationToken), now, changes);
            _looks[id] = look;
        }
        if (look.Changes != Interlocked.Read(ref _changes))
            _looks.TryRemove(KeyValuePair.Create(id, look));
        return look.Account is { IsEnabled: true } account && account.Stamp == user.FindFirstValue(StampClaim) && !look.Ended.Contains(SessionOf(user)) ? account : null;
    }

    /// <summary>An account was changed here: the next request looks anew.</summary>
    public void Forget(long id)
    {
        Interlocked.Increment(ref _changes);
        _looks.TryRemove(id, out _);
    }

    /// <summary>Lets somebody in whose right to it was checked.</summary>
    public async Task StartAsync(HttpContext context, Account account, string? passwordHash = null)
    {
        await accounts.MarkSignedInAsync(account.Id, passwordHash, context.RequestAborted);
        Forget(account.Id);
        await context.SignInAsync(Scheme, PrincipalOf(account));
    }

    /// <summary>Ends the session behind a request, whoever else has its cookie.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (IdOf(context.User) is { } id)
        {
            await accounts.EndSessionAsync(id, SessionOf(context.User), options.Value.LongestSession, context.RequestAborted);
            Forget(id);
        }
        await context.SignOutAsync(Scheme);
    }

    private static string SessionOf(ClaimsPrincipal user) => user.FindFirstValue(SessionClaim) ?? "";

    private sealed record Look(Account? Account, IReadOnlySet<string> Ended, DateTimeOffset At, long Changes);
}
