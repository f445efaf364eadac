using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Keys_MadeFoundAndRevoked_TellWhoAndWhenAndAreAudited()
    {
        var made = await Ledger.AddKeyAsync(new NewApiKey("report", "crmsync_00000001", new string('a', 64), ApiRole.Operator, TimeSpan.FromDays(30)), "ada", Token);

        (made.ExpiresAt - made.CreatedAt).ShouldBe(TimeSpan.FromDays(30));
        var found = (await Ledger.FindKeyAsync("crmsync_00000001", Token)).ShouldNotBeNull();
        found.ShouldBe(new ApiKeySecret(made, new string('a', 64)));
        (await Ledger.FindKeyAsync("crmsync_0000000", Token)).ShouldBeNull();

        var revoked = (await Ledger.RevokeKeyAsync(made.Id, "grace", Token)).ShouldNotBeNull();
        (await Ledger.RevokeKeyAsync(made.Id, "linus", Token)).ShouldBe(revoked);
        revoked.RevokedBy.ShouldBe("grace");
        (await Ledger.RevokeKeyAsync(99, "grace", Token)).ShouldBeNull();
        (await Ledger.ListKeysAsync(Token)).ShouldBe([revoked]);
        (await World.ListAsync<string>("select actor || ' ' || action || ' ' || subject from audit where subject like 'key/%' order by id"))
            .ShouldBe([$"ada key.create key/{made.Id}", $"grace key.revoke key/{made.Id}"]);
    }

    [Fact]
    public async Task MarkKeyUsedAsync_TwiceWithinAMinute_WritesOnce()
    {
        var key = await Ledger.AddKeyAsync(new NewApiKey("report", "crmsync_00000002", "h", ApiRole.Viewer, TimeSpan.FromDays(1)), "ada", Token);
        await Ledger.MarkKeyUsedAsync(key, Token);
        var first = (await Ledger.ListKeysAsync(Token)).ShouldHaveSingleItem().LastUsedAt.ShouldNotBeNull();

        // Whoever read the key before the first use tells of a use, too, and the database itself knows better.
        await Ledger.MarkKeyUsedAsync(key, Token);

        (await Ledger.ListKeysAsync(Token)).ShouldHaveSingleItem().LastUsedAt.ShouldBe(first);
    }

    [Fact]
    public async Task StartActAsync_SameRequestAgain_FindsTheFirstAct()
    {
        var request = new ActRequest(RunKind.Retry, World.ConnectionId, "code=x", "key report") { RequestKey = "1/once" };
        var first = await Ledger.StartActAsync(request, Token);

        (await Ledger.StartActAsync(request, Token)).ShouldBe(first);
        (await Ledger.StartActAsync(request with { RequestKey = "1/twice" }, Token)).ShouldNotBe(first);
        (await Ledger.StartActAsync(request with { RequestKey = null }, Token)).ShouldNotBe(first);
        (await Ledger.FindActAsync(first, Token)).ShouldNotBeNull().Request.ShouldBe(request);
        (await World.CountAsync("run where kind = 'retry'")).ShouldBe(3);
    }
}
