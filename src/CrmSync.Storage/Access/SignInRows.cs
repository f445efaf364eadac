using System.Security.Cryptography;
using System.Text;
using CrmSync.Pipeline.Access;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Access;

/// <summary>Tries to sign in, per name and per address. Names and addresses stand as hashes, and no longer than a day after the last try.</summary>
internal sealed class SignInRows(LedgerDatabase database)
{
    private const long Kept = 24 * 60 * 60 * 1_000L;

    public Task<TimeSpan?> CountTryAsync(string name, string address, SignInLimits limits, CancellationToken cancellationToken) => database.WriteAsync<TimeSpan?>(
        null,
        async session =>
        {
            await session.ExecuteAsync("delete from sign_in_attempt where last_at < @old and locked_until <= @Now", new { old = session.Now - Kept, session.Now });
            // The address first, always in this order, or two tries could wait for each other.
            var place = await CountAsync(session, AddressKey(address), limits.AddressTries, limits.AddressLocked);
            if (place > 0)
                return TimeSpan.FromMilliseconds(place);
            var person = await CountAsync(session, NameKey(name), limits.Tries, limits.Locked);
            return person > 0 ? TimeSpan.FromMilliseconds(person) : null;
        },
        cancellationToken);

    public Task ForgiveTryAsync(string name, string address, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            await session.ExecuteAsync("update sign_in_attempt set tries = tries - 1 where key = @key and tries > 0", new { key = AddressKey(address) });
            return await session.ExecuteAsync("delete from sign_in_attempt where key = @key", new { key = NameKey(name) });
        },
        cancellationToken);

    /// <summary>
    /// Counts one try and says for how many milliseconds the key is locked, 0 where it is not. The try after the last allowed one locks; while it is locked nothing
    /// is counted, so that hammering does not lock for ever, and afterwards the count begins anew.
    /// </summary>
    private static async Task<long> CountAsync(Session session, string key, int most, TimeSpan locked)
    {
        var span = (long)locked.TotalMilliseconds;
        await session.ExecuteAsync(
            """
            insert into sign_in_attempt (key, tries, last_at, locked_until) values (@key, 1, @Now, 0)
            on conflict (key) do update set
              tries = case when sign_in_attempt.locked_until > @Now then sign_in_attempt.tries
                           when sign_in_attempt.locked_until > 0 or sign_in_attempt.last_at < @Now - @span then 1
                           else sign_in_attempt.tries + 1 end,
              locked_until = case when sign_in_attempt.locked_until > @Now then sign_in_attempt.locked_until
                                  when sign_in_attempt.locked_until = 0 and sign_in_attempt.last_at >= @Now - @span and sign_in_attempt.tries >= @most then @Now + @span
                                  else 0 end,
              last_at = @Now
            """,
            new { key, session.Now, span, most });
        var until = await session.ScalarAsync("select locked_until from sign_in_attempt where key = @key", new { key });
        return Math.Max(0, (until ?? 0) - session.Now);
    }

    private static string NameKey(string name) => Key("name", name);

    private static string AddressKey(string address) => Key("address", address);

    private static string Key(string kind, string text) => $"{kind}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
