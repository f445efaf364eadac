using System.Text.Json;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Storage;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary>People of the console on the command line, where it also helps somebody who cannot sign in.</summary>
public sealed partial class UsersCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-users-").FullName;
    private Ledger? _ledger;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Ledger People => _ledger!;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_folder, "ledger.db");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "appsettings.json"),
            JsonSerializer.Serialize(new { CrmSync = new { Ledger = new { File = file }, Console = new { PublicAddress = "https://crmsync.example.com" } } }), Token);
        _ledger = await EmptyLedger.OpenAsync(file, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await People.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Invite_PrintsALinkThatIsGoodOnceAndListsItWithoutTheToken()
    {
        (await RunAsync("users")).Exit.ShouldNotBe(0, "the command wants a verb");
        (await RunAsync("users", "list")).Said.ShouldContain("There is no account yet. 'crmsync users invite --role admin'");

        var (exit, said) = await RunAsync("users", "invite", "--role", "Operator", "--note", "for Grace");
        exit.ShouldBe(0, said);
        said.ShouldContain("good once, for 7 days");
        var token = Link().Match(said).Groups[1].Value;
        var link = (await People.FindInvitationAsync(InvitationLinks.HashOf(token)!, Token)).ShouldNotBeNull();
        (link.Role, link.Note).ShouldBe((ApiRole.Operator, "for Grace"));

        var listed = await RunAsync("users", "list");
        listed.Said.ShouldContain("for Grace");
        listed.Said.ShouldNotContain(token);
    }

    [Fact]
    public async Task RoleDisableEnable_ChangeThePersonAndKeepTheLastAdmin()
    {
        var admin = await Testing.People.AddAsync(People, ApiRole.Admin);
        var viewer = await Testing.People.AddAsync(People, ApiRole.Viewer);

        (await RunAsync("users", "role", viewer.SignIn.ToUpperInvariant(), "reviewer")).Exit.ShouldBe(0);
        (await People.FindAccountAsync(viewer.Id, Token))!.Role.ShouldBe(ApiRole.Reviewer);
        (await RunAsync("users", "disable", viewer.SignIn)).Exit.ShouldBe(0);
        (await People.FindAccountAsync(viewer.Id, Token))!.IsEnabled.ShouldBeFalse();
        (await RunAsync("users", "enable", viewer.SignIn)).Exit.ShouldBe(0);
        (await People.FindAccountAsync(viewer.Id, Token))!.IsEnabled.ShouldBeTrue();

        var (exit, said) = await RunAsync("users", "disable", admin.SignIn);
        exit.ShouldBe(2);
        said.ShouldContain("admin");
        (await RunAsync("users", "role", admin.SignIn, "viewer")).Exit.ShouldBe(2);
        (await People.FindAccountAsync(admin.Id, Token))!.ShouldSatisfyAllConditions(kept => kept.Role.ShouldBe(ApiRole.Admin), kept => kept.IsEnabled.ShouldBeTrue());
    }

    [Fact]
    public async Task Reset_Link_SetsThePasswordOfThatPerson()
    {
        await Testing.People.AddAsync(People, ApiRole.Admin);
        var viewer = await Testing.People.AddAsync(People, ApiRole.Viewer);

        var (exit, said) = await RunAsync("users", "reset", viewer.SignIn);
        exit.ShouldBe(0, said);
        said.ShouldContain("24 hours");
        (await People.FindInvitationAsync(InvitationLinks.HashOf(Link().Match(said).Groups[1].Value)!, Token)).ShouldNotBeNull()
            .ShouldSatisfyAllConditions(link => link.Kind.ShouldBe(InvitationKind.Reset), link => link.AccountId.ShouldBe(viewer.Id));

        (await RunAsync("users", "disable", viewer.SignIn)).Exit.ShouldBe(0);
        (await People.ListInvitationsAsync(Token)).ShouldBeEmpty("an open link ends with the account");
        (await RunAsync("users", "reset", viewer.SignIn)).Said.ShouldContain($"crmsync users enable {viewer.SignIn}");
    }

    [Theory]
    [InlineData("'king' is no role; give viewer, reviewer, operator, admin", "invite", "--role", "king")]
    [InlineData("Nobody has the sign-in name 'nobody'", "role", "nobody", "admin")]
    [InlineData("Nobody has the sign-in name 'nobody'", "disable", "nobody")]
    [InlineData("Nobody has the sign-in name 'nobody'", "reset", "nobody")]
    public async Task Users_WrongUse_IsOneSentence(string sentence, params string[] arguments)
    {
        var (exit, said) = await RunAsync(["users", .. arguments]);

        exit.ShouldBe(2);
        said.ShouldContain(sentence);
        said.ShouldNotContain("   at ");
    }

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(_folder, arguments);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }

    [GeneratedRegex(@"https://crmsync\.example\.com/invitation/([A-Za-z0-9_-]{43})\b", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
