using CrmSync.Pipeline.Access;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static readonly SignInLimits Limits = new(3, TimeSpan.FromMinutes(5), 8, TimeSpan.FromMinutes(15));

    [Fact]
    public async Task AcceptInvitationAsync_FirstLinks_MakeOneAdminHoweverManyAreUsedAtOnce()
    {
        (await Ledger.AnyAccountAsync(Token)).ShouldBeFalse();
        for (var i = 0; i < 6; i++)
            await InviteAsync($"first-{i}", InvitationKind.First, ApiRole.Admin);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => Ledger.AcceptInvitationAsync($"first-{i}", Entered($"ada{i}"), Token), Token)));

        outcomes.Count(outcome => outcome.Outcome is AccountOutcome.Done).ShouldBe(1);
        outcomes.Count(outcome => outcome.Outcome is AccountOutcome.LinkEnded).ShouldBe(5);
        (await Ledger.ListAccountsAsync(Token)).ShouldHaveSingleItem().Role.ShouldBe(ApiRole.Admin);
        (await Ledger.AnyAccountAsync(Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task AcceptInvitationAsync_Link_IsGoodOnceAndUntilItsEnd()
    {
        await InviteAsync("one", InvitationKind.Person, ApiRole.Reviewer);
        await InviteAsync("old", InvitationKind.Person, ApiRole.Reviewer, lifetime: TimeSpan.FromSeconds(-1));
        var withdrawn = await InviteAsync("withdrawn", InvitationKind.Person, ApiRole.Reviewer);
        (await Ledger.WithdrawInvitationAsync(withdrawn, "ada", Token)).ShouldBe(AccountOutcome.Done);
        (await Ledger.WithdrawInvitationAsync(withdrawn, "ada", Token)).ShouldBe(AccountOutcome.LinkEnded);

        (await Ledger.ListInvitationsAsync(Token)).ShouldHaveSingleItem().Role.ShouldBe(ApiRole.Reviewer);
        (await Ledger.FindInvitationAsync("one", Token)).ShouldNotBeNull();
        (await Ledger.FindInvitationAsync("old", Token)).ShouldBeNull();
        (await Ledger.AcceptInvitationAsync("old", Entered("bob"), Token)).Outcome.ShouldBe(AccountOutcome.LinkEnded);
        (await Ledger.AcceptInvitationAsync("withdrawn", Entered("bob"), Token)).Outcome.ShouldBe(AccountOutcome.LinkEnded);
        (await Ledger.AcceptInvitationAsync("never", Entered("bob"), Token)).Outcome.ShouldBe(AccountOutcome.LinkEnded);
        var (outcome, account) = await Ledger.AcceptInvitationAsync("one", Entered("bob"), Token);
        outcome.ShouldBe(AccountOutcome.Done);
        account.ShouldNotBeNull().ShouldSatisfyAllConditions(
            made => made.Role.ShouldBe(ApiRole.Reviewer), made => made.CreatedBy.ShouldBe("ada"), made => made.IsEnabled.ShouldBeTrue(), made => made.Origin.ShouldBe(AccountOrigin.Local));
        (await Ledger.AcceptInvitationAsync("one", Entered("carl"), Token)).Outcome.ShouldBe(AccountOutcome.LinkEnded);
        (await Ledger.FindSignInAsync("bob", Token)).ShouldNotBeNull().PasswordHash.ShouldBe("hash of bob");
    }

    [Fact]
    public async Task EndSessionAsync_OneSession_IsRememberedForAsLongAsItCouldLast()
    {
        var ada = await PersonAsync("ada", ApiRole.Admin);
        var bob = await PersonAsync("bob", ApiRole.Viewer);
        await Ledger.EndSessionAsync(ada.Id, "past", TimeSpan.FromSeconds(-1), Token);
        await Ledger.EndSessionAsync(ada.Id, "one", TimeSpan.FromDays(7), Token);
        await Ledger.EndSessionAsync(ada.Id, "one", TimeSpan.FromDays(7), Token);

        (await Ledger.ListEndedSessionsAsync(ada.Id, Token)).ShouldBe(["one"]);
        (await Ledger.ListEndedSessionsAsync(bob.Id, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AcceptInvitationAsync_NameThatSomebodyHas_LeavesTheLinkGood()
    {
        await PersonAsync("ada", ApiRole.Admin);
        await InviteAsync("link", InvitationKind.Person, ApiRole.Viewer);

        (await Ledger.AcceptInvitationAsync("link", Entered("ada"), Token)).Outcome.ShouldBe(AccountOutcome.NameTaken);
        (await Ledger.AcceptInvitationAsync("link", Entered("eve") with { Name = "PERSON ADA" }, Token)).Outcome.ShouldBe(AccountOutcome.NameTaken, "names are compared folded");
        (await Ledger.AcceptInvitationAsync("link", Entered("eve"), Token)).Outcome.ShouldBe(AccountOutcome.Done);
    }

    [Fact]
    public async Task SetRoleAsync_LastEnabledAdmin_StaysHoweverManyTryAtOnce()
    {
        var ada = await PersonAsync("ada", ApiRole.Admin);
        var bob = await PersonAsync("bob", ApiRole.Admin);
        var carl = await PersonAsync("carl", ApiRole.Admin);
        (await Ledger.SetEnabledAsync(carl.Id, false, "ada", Token)).ShouldBe(AccountOutcome.Done);

        var outcomes = await Task.WhenAll(
            Task.Run(() => Ledger.SetRoleAsync(ada.Id, ApiRole.Viewer, "bob", Token), Token), Task.Run(() => Ledger.SetEnabledAsync(bob.Id, false, "ada", Token), Token));

        outcomes.ShouldBe([AccountOutcome.Done, AccountOutcome.LastAdmin], ignoreOrder: true);
        (await Ledger.ListAccountsAsync(Token)).Count(account => account is { Role: ApiRole.Admin, IsEnabled: true }).ShouldBe(1);
        (await Ledger.SetRoleAsync(12345, ApiRole.Viewer, "ada", Token)).ShouldBe(AccountOutcome.Unknown);
    }

    [Fact]
    public async Task Account_WhatTakesSomethingAway_ChangesTheStampAndNothingElseDoes()
    {
        await PersonAsync("root", ApiRole.Admin);
        var ada = await PersonAsync("ada", ApiRole.Viewer);
        var stamps = new List<string> { ada.Stamp };

        await StampAsync(() => Ledger.SetPasswordAsync(ada.Id, "other hash", "ada", Token), changes: true);
        await StampAsync(() => Ledger.SetRoleAsync(ada.Id, ApiRole.Operator, "root", Token), changes: true);
        await StampAsync(() => Ledger.SetRoleAsync(ada.Id, ApiRole.Operator, "root", Token), changes: false);
        await StampAsync(() => Ledger.SetEnabledAsync(ada.Id, false, "root", Token), changes: true);
        await StampAsync(() => Ledger.SetEnabledAsync(ada.Id, true, "root", Token), changes: true);
        await StampAsync(() => Ledger.EndSessionsAsync(ada.Id, "ada", Token), changes: true);
        await StampAsync(() => Ledger.RenameAccountAsync(ada.Id, "Countess", "ada", Token), changes: false);
        await StampAsync(() => Ledger.MarkSignedInAsync(ada.Id, "better hash", Token), changes: false);
        stamps.Distinct().Count().ShouldBe(6);
        (await Ledger.FindSignInAsync("ada", Token)).ShouldNotBeNull().PasswordHash.ShouldBe("better hash");

        async Task StampAsync(Func<Task> act, bool changes)
        {
            await act();
            var now = (await Ledger.FindAccountAsync(ada.Id, Token)).ShouldNotBeNull().Stamp;
            (now != stamps[^1]).ShouldBe(changes);
            if (changes)
                stamps.Add(now);
        }
    }

    [Fact]
    public async Task InviteAsync_NewPassword_ReplacesTheLinkBeforeItAndDiesWithTheAccountsState()
    {
        await PersonAsync("root", ApiRole.Admin);
        var ada = await PersonAsync("ada", ApiRole.Viewer);
        await InviteAsync("lost", InvitationKind.Reset, ApiRole.Admin, ada.Id);
        await InviteAsync("found", InvitationKind.Reset, ApiRole.Admin, ada.Id);

        (await Ledger.AcceptInvitationAsync("lost", Entered("ada"), Token)).Outcome.ShouldBe(AccountOutcome.LinkEnded);
        var (_, changed) = await Ledger.AcceptInvitationAsync("found", new NewAccount("", "", "new hash"), Token);
        changed.ShouldNotBeNull().ShouldSatisfyAllConditions(
            account => account.Id.ShouldBe(ada.Id), account => account.Role.ShouldBe(ApiRole.Viewer, "the link's role is of no meaning"), account => account.Stamp.ShouldNotBe(ada.Stamp));
        (await Ledger.FindSignInAsync("ada", Token)).ShouldNotBeNull().PasswordHash.ShouldBe("new hash");

        await InviteAsync("third", InvitationKind.Reset, ApiRole.Viewer, ada.Id);
        await Ledger.SetEnabledAsync(ada.Id, false, "root", Token);
        await Ledger.SetEnabledAsync(ada.Id, true, "root", Token);
        (await Ledger.AcceptInvitationAsync("third", Entered("ada"), Token)).Outcome.ShouldBe(AccountOutcome.LinkEnded, "it was made before the person was shut out");
        await Ledger.SetEnabledAsync(ada.Id, false, "root", Token);
        (await Ledger.InviteAsync(new NewInvitation("fourth", InvitationKind.Reset, ApiRole.Viewer, ada.Id, "", TimeSpan.FromHours(1)), "root", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task EnterVouchedAsync_Person_FollowsTheOtherPartysRoleButNotPastAnAdminsWord()
    {
        await PersonAsync("grace", ApiRole.Viewer);
        var grace = new VouchedPerson("sso:1", "Person grace", ApiRole.Admin, AccountOrigin.SignOn);

        var (_, entered) = await Ledger.EnterVouchedAsync(grace, Token);
        entered.ShouldNotBeNull().Name.ShouldBe("Person grace (sso:1)", "names tell people apart");
        (await Ledger.EnterVouchedAsync(grace, Token)).Outcome.ShouldBe(AccountOutcome.Unchanged);
        (await Ledger.EnterVouchedAsync(grace with { Role = ApiRole.Viewer }, Token)).ShouldBe((AccountOutcome.LastAdmin, null));
        await PersonAsync("root", ApiRole.Admin);
        var (_, demoted) = await Ledger.EnterVouchedAsync(grace with { Role = ApiRole.Viewer }, Token);
        demoted.ShouldNotBeNull().ShouldSatisfyAllConditions(account => account.Role.ShouldBe(ApiRole.Viewer), account => account.Stamp.ShouldNotBe(entered.Stamp));
        await Ledger.SetEnabledAsync(entered.Id, false, "root", Token);
        (await Ledger.EnterVouchedAsync(grace, Token)).ShouldBe((AccountOutcome.Disabled, null));
        (await Ledger.FindSignInAsync("sso:1", Token)).ShouldNotBeNull().PasswordHash.ShouldBeNull();
        (await Ledger.InviteAsync(new NewInvitation("x", InvitationKind.Reset, ApiRole.Viewer, entered.Id, "", TimeSpan.FromHours(1)), "root", Token)).ShouldBeNull("there is no password to set");
    }

    [Fact]
    public async Task CountTryAsync_WrongTries_LockTheName()
    {
        for (var i = 0; i < Limits.Tries; i++)
            (await TryAsync("ada")).ShouldBeNull();
        var wait = (await TryAsync("ada")).ShouldNotBeNull();
        wait.ShouldBeInRange(Limits.Locked - TimeSpan.FromSeconds(20), Limits.Locked);
        (await TryAsync("bob")).ShouldBeNull("another name is another matter");
        (await World.ListAsync<string>("select key from sign_in_attempt")).ShouldAllBe(key => !key.Contains("ada") && !key.Contains("10.0"), "names and addresses stand as hashes");
    }

    [Fact]
    public async Task CountTryAsync_ManyAtOnce_AreNotMoreThanManyInARow()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => Ledger.CountTryAsync("ada", $"10.0.0.{i}", Limits, Token), Token)));
        answers.Count(wait => wait is null).ShouldBe(Limits.Tries);
    }

    [Fact]
    public async Task CountTryAsync_ManyNamesFromOneAddress_LockTheAddress()
    {
        for (var i = 0; i < Limits.AddressTries; i++)
            (await TryAsync($"name-{i}")).ShouldBeNull();
        (await TryAsync("somebody")).ShouldNotBeNull().ShouldBeGreaterThan(Limits.Locked);
        (await Ledger.CountTryAsync("somebody", "10.0.0.2", Limits, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task ForgiveTryAsync_RightPassword_ForgetsTheNamesTriesAndOneOfTheAddresss()
    {
        for (var round = 0; round < Limits.AddressTries * 2; round++)
        {
            (await TryAsync("ada")).ShouldBeNull("who signs in rightly is never locked");
            await Ledger.ForgiveTryAsync("ada", "10.0.0.1", Token);
        }
    }

    [Fact]
    public async Task Accounts_EveryChange_IsInTheAuditWithItsActor()
    {
        var ada = await PersonAsync("ada", ApiRole.Admin);
        var bob = await PersonAsync("bob", ApiRole.Viewer);
        await Ledger.SetRoleAsync(bob.Id, ApiRole.Operator, ada.Name, Token);
        await Ledger.SetEnabledAsync(bob.Id, false, ada.Name, Token);
        await Ledger.SetEnabledAsync(bob.Id, true, ada.Name, Token);
        await Ledger.RenameAccountAsync(bob.Id, "Robert", bob.Name, Token);
        await Ledger.SetPasswordAsync(bob.Id, "secret hash", "Robert", Token);
        await Ledger.MarkSignedInAsync(bob.Id, null, Token);
        await InviteAsync("secret token", InvitationKind.Reset, ApiRole.Viewer, bob.Id);

        var rows = await World.ListAsync<string>($"select actor || ' ' || action from audit where subject = 'account/{bob.Id}' order by id");
        rows.ShouldBe(["Person bob account.create", "Person ada account.role", "Person ada account.disable", "Person ada account.enable", "Person bob account.rename", "Robert account.password", "Robert account.sign_in", "ada account.reset"]);
        (await World.ListAsync<string>("select coalesce(before, '') || coalesce(after, '') || coalesce(reason, '') from audit")).ShouldAllBe(text => !text.Contains("secret"));
    }

    private async Task<long> InviteAsync(string token, InvitationKind kind, ApiRole role, long? accountId = null, TimeSpan? lifetime = null) =>
        (await Ledger.InviteAsync(new NewInvitation(token, kind, role, accountId, "", lifetime ?? TimeSpan.FromHours(1)), "ada", Token)).ShouldNotBeNull();

    private async Task<Account> PersonAsync(string signIn, ApiRole role)
    {
        await InviteAsync($"link of {signIn}", InvitationKind.Person, role);
        return (await Ledger.AcceptInvitationAsync($"link of {signIn}", Entered(signIn), Token)).Account.ShouldNotBeNull();
    }

    private static NewAccount Entered(string signIn) => new(signIn, $"Person {signIn}", $"hash of {signIn}");

    private Task<TimeSpan?> TryAsync(string name) => Ledger.CountTryAsync(name, "10.0.0.1", Limits, Token);
}
