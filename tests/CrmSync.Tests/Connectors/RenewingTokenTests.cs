using CrmSync.Connectors;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class RenewingTokenTests
{
    private static readonly Uri Address = new("https://api.example.com");
    private static readonly FailureKind Revoked = new("test.revoked", FailureCategory.Stop, "The grant is dead", "Connect again.");
    private static readonly FailureKind Busy = new("test.busy", FailureCategory.Retry, "The CRM is busy", "It is tried again.");
    private readonly JumpingClock _clock = new();
    private readonly ICredentialStore _store;
    private readonly List<string?> _asked = [];
    private Failure? _failure;
    private TimeSpan? _life = TimeSpan.FromMinutes(30);

    public RenewingTokenTests() => _store = ConnectorStores.InProcess(_clock).Credentials;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAsync_TokenThatEnds_IsRenewedAtFourFifthsOfItsLife()
    {
        using var sut = Sut();
        (await GetAsync(sut)).ShouldBe("access-1");
        _clock.Advance(TimeSpan.FromMinutes(23.9));
        (await GetAsync(sut)).ShouldBe("access-1");
        _clock.Advance(TimeSpan.FromMinutes(0.2));
        (await GetAsync(sut)).ShouldBe("access-2");
        _asked.ShouldBe([null, "refresh-1"]);
    }

    [Fact]
    public async Task GetAsync_TokenWithoutAnEnd_LivesUntilItIsRefused()
    {
        _life = null;
        using var sut = Sut();
        var first = (await sut.GetAsync(null, Token)).Value!;
        _clock.Advance(TimeSpan.FromDays(30));
        (await GetAsync(sut)).ShouldBe("access-1");
        (await sut.GetAsync(first, Token)).Value!.Value.ShouldBe("access-2");
        (await GetAsync(sut)).ShouldBe("access-2");
    }

    [Fact]
    public async Task GetAsync_ManyCallersAtOnce_RenewOnce()
    {
        var held = new TaskCompletionSource();
        using var sut = Sut(held.Task);
        var calls = Enumerable.Range(0, 20).Select(_ => Task.Run(() => GetAsync(sut), Token)).ToList();
        held.SetResult();
        (await Task.WhenAll(calls)).Distinct().ShouldBe(["access-1"]);
        _asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_AnotherNodeRenewed_TakesItsTokenInsteadOfAsking()
    {
        using var here = Sut();
        using var there = Sut();
        var first = (await here.GetAsync(null, Token)).Value!;
        (await there.GetAsync(first, Token)).Value!.Value.ShouldBe("access-2");
        (await here.GetAsync(first, Token)).Value!.Value.ShouldBe("access-2");
        _asked.Count.ShouldBe(2);
        here.Renewals.ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_NewTokenRefusedToo_IsNotRenewedAgainAtOnce()
    {
        using var sut = Sut();
        var first = (await sut.GetAsync(null, Token)).Value!;
        var second = (await sut.GetAsync(first, Token)).Value!;
        (await sut.GetAsync(second, Token)).Value.ShouldBe(second);
        _asked.Count.ShouldBe(2);
        _clock.Advance(TimeSpan.FromMinutes(1.1));
        (await sut.GetAsync(second, Token)).Value!.Value.ShouldBe("access-3");
    }

    [Fact]
    public async Task GetAsync_RenewalRefused_IsKeptForAMinute()
    {
        _failure = Revoked.At(new CallPlace("hubspot-main", "signing in"));
        using var sut = Sut();
        for (var call = 0; call < 5; call++)
            (await sut.GetAsync(null, Token)).Failure!.Code.ShouldBe("test.revoked");
        _asked.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMinutes(1.1));
        _failure = null;
        (await GetAsync(sut)).ShouldBe("access-2");
    }

    [Fact]
    public async Task GetAsync_RenewalAheadFails_TheLivingTokenGoesOnUntilItsEnd()
    {
        using var sut = Sut();
        await GetAsync(sut);
        _failure = Busy.At(new CallPlace("hubspot-main", "signing in"));
        _clock.Advance(TimeSpan.FromMinutes(25));
        (await GetAsync(sut)).ShouldBe("access-1");
        (await GetAsync(sut)).ShouldBe("access-1");
        _asked.Count.ShouldBe(2);
        _clock.Advance(TimeSpan.FromMinutes(5));
        (await sut.GetAsync(null, Token)).Failure!.Code.ShouldBe("test.busy");
    }

    [Fact]
    public async Task GetAsync_NewCredential_IsStoredBeforeItIsUsed()
    {
        using var sut = Sut();
        var used = await GetAsync(sut);
        (await _store.ReadAsync("hubspot-main", Token))!.AccessToken.ShouldBe(used);
    }

    private static async Task<string> GetAsync(RenewingTokenSource sut) => (await sut.GetAsync(null, Token)).Value!.Value;

    private RenewingTokenSource Sut(Task? before = null) => new("hubspot-main", Address, _store, async (stored, _) =>
    {
        if (before is not null)
            await before;
        _asked.Add(stored?.RefreshToken);
        return _failure is { } failure
            ? failure
            : new StoredCredential($"refresh-{_asked.Count}", $"access-{_asked.Count}", _clock.GetUtcNow() + _life, null);
    }, _clock);
}
