using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Review;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>A segment's pack as a person without script reads and changes it.</summary>
public sealed class PackPagesTests : IAsyncLifetime
{
    private const string Key = "bill-payment-entities";
    private const string Page = $"/segments/{Key}/pack";
    private const string Hostile = "<script>alert(1)</script>\u202Egnp";

    private static readonly PackLine Priced = Line("price", PackSection.Objections, "Too expensive per entity.", PackEvidence.Of(["1", "2", "3", "4", "900"], ["1", "2", "777"], ["1"], "19 of 60 accounts"));
    private static readonly PackLine Wanting = Line("definition", PackSection.Vocabulary, Hostile, PackEvidence.Of(figures: "12 accounts"), "a definition");

    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsoleHost.StartAsync(async seed =>
        {
            await seed.ConnectionsAsync();
            await seed.CompaniesAsync([.. Enumerable.Range(1, 80).Select(number => number == 1 ? Hostile : $"Company {number}")]);
            await seed.ActivitiesAsync(20, TimeSpan.FromDays(2));
            await seed.DealsAsync(2);
            await seed.EraseAsync(2);
        });
        await SegmentSeed.ProposeAsync(_host.Ledger, Token);
    }

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    [Fact]
    public async Task Pack_OfASegmentWithoutOne_SaysWhatADraftHoldsAndDraftsOne()
    {
        var empty = await WordsAsync(Page);
        empty.ShouldContain("No pack yet");
        empty.ShouldContain("Draft from the data");
        empty.ShouldNotContain("hosted model’s help", Case.Sensitive, "none is configured");
        await _host!.Ledger.DecideAsync(new SegmentOrder(Key, "ada"), SegmentState.Approved, Token);
        (await WordsAsync($"/segments/{Key}")).ShouldContain($"href=\"{Page}\"");
        (await Client.GetAsync("/segments/none/pack", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var answer = await Client.SendFormAsync(Page, $"{Page}?handler=Draft");
        answer.Headers.Location!.ToString().ShouldBe($"{Page}?done=drafted");
        var drafted = await WordsAsync($"{Page}?done=drafted");
        drafted.ShouldContain("The pack is drafted anew from the data");
        drafted.ShouldContain("Version 1");
        drafted.ShouldContain("Win rate: too few (");
        foreach (var section in PackNames.Order)
            drafted.ShouldContain($">{section.Title()}</h2>");
        (await ListAsync("select actor || ' ' || action from audit where action like 'pack.%'")).ShouldBe(["Test Admin pack.version"]);

        using var again = await Client.SendFormAsync(Page, $"{Page}?handler=Draft");
        again.Headers.Location!.ToString().ShouldBe($"{Page}?done=unchanged");
    }

    [Fact]
    public async Task Pack_Lines_TellTierStateAuthorEvidenceAndWhatNeedsAPerson()
    {
        await PlantAsync();
        var page = await Client.GetStringAsync(Page, Token);
        var words = WebUtility.HtmlDecode(page);
        words.ShouldContain("Too expensive per entity.");
        words.ShouldContain("needs a person: a definition");
        words.ShouldContain("19 of 60 accounts");
        words.ShouldContain("https://crm.example/companies/1");
        words.ShouldContain("href=\"/activities/1\"");
        words.ShouldContain("and 2 more");
        page.ShouldNotContain("<script>alert");
        page.ShouldNotContain("\u202E");
        page.ShouldContain("&lt;script&gt;alert(1)");

        var open = await WordsAsync($"{Page}?line={Priced.Id}");
        open.ShouldContain("https://crm.example/companies/2");
        open.ShouldContain("not here any more (900)");
        open.ShouldContain("not here any more (777)");
        open.ShouldContain("name=\"text\"");
        var needy = await WordsAsync($"{Page}?show=needs");
        needy.ShouldNotContain("Too expensive per entity.");
        needy.ShouldContain("None of its 1 lines.");
    }

    [Fact]
    public async Task Pack_EvidenceThatWasErased_IsNamedAsErased()
    {
        await PlantAsync();
        (await WordsAsync($"{Page}?line={Priced.Id}")).ShouldContain("erased (2)");
    }

    [Fact]
    public async Task Pack_EditApproveRetireRestoreAndAdd_MakeVersionsOfThePersonsName()
    {
        await PlantAsync();
        (await PostAsync("Approve", ("line", Wanting.Id))).ShouldContain("still needs a person (a definition)");
        (await PostAsync("Approve", ("line", Priced.Id))).ShouldContain("You stand by the line from now on");
        (await PostAsync("Retire", ("line", Priced.Id))).ShouldContain("Out of use (1)");
        (await PostAsync("Restore", ("line", Priced.Id))).ShouldContain("The line is in use again");
        (await PostAsync("Edit", ("line", Wanting.Id), ("text", ""), ("tier", "edge"), ("section", "vocabulary"))).ShouldContain("A line has no text");
        var edited = await PostAsync("Edit", ("line", Wanting.Id), ("text", "An entity is a company with books of its own. Ask anna@x.example."), ("topic", "entity"), ("tier", "critical"), ("section", "regulation"), ("written", "yes"), ("reason", "From the handbook."));
        edited.ShouldContain("The line is changed.");
        edited.ShouldContain("books of its own. Ask [email 1].");
        (await PostAsync("Add", ("section", "values"), ("topic", "auditors"), ("text", "One audit trail."), ("tier", "common"))).ShouldContain("The line is in the pack.");

        var pack = (await _host!.Ledger.ReadNewestAsync(Key, Token))!;
        (pack.Version, pack.By.ToString()).ShouldBe((6, "Test Admin"));
        var line = pack.Find(Wanting.Id)!;
        (line.Section, line.Tier, line.Topic, line.State, line.Needs, line.Author.ToString()).ShouldBe((PackSection.Regulation, PackTier.Critical, "entity", PackLineState.Approved, null, "Test Admin"));
        (await ListAsync("select after || ': ' || reason from audit where action = 'pack.version' and actor = 'Test Admin' order by id")).ShouldBe(
            ["version 2: A line approved.", "version 3: A line retired.", "version 4: A line restored.", "version 5: From the handbook.", "version 6: A line added by hand."]);
    }

    [Fact]
    public async Task Pack_ChangedSinceItWasShown_RefusesAndKeepsWhatWasWritten()
    {
        await PlantAsync();
        await PostAsync("Approve", ("line", Priced.Id));
        using var answer = await Client.SendFormAsync(Page, $"{Page}?handler=Edit", ("seen", "1"), ("line", Priced.Id), ("text", "My own words about the price."), ("tier", "common"), ("section", "objections"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var words = await answer.WordsAsync();
        words.ShouldContain("Test Admin saved version 2 of the pack of 'Bill payment, entities' while you were changing version 1");
        words.ShouldContain(">My own words about the price.</textarea>");
    }

    [Fact]
    public async Task Pack_Proposals_AreAcceptedAndRejectedWithTheirReasons()
    {
        await PlantAsync();
        PackProposal Of(string about, PackChange change) => new(PackProposal.IdOf(Key, about), Key, change, $"Ten new notes speak of {about}.", PackEvidence.Of(["2"], ["1"]), ProposalSource.Learning, PackAuthor.Template, ConsoleHost.Now);
        await _host!.Ledger.ProposeAsync(
            [Of("LedgerHub", new PackChange.Add(Line("LedgerHub", PackSection.Competitors, "LedgerHub is named.", PackEvidence.Of(["2"])))), Of("price", new PackChange.Retire(Priced.Id))], "learning", Token);

        var page = await WordsAsync(Page);
        page.ShouldContain("Proposals that wait (2)");
        page.ShouldContain("New under Competitors: LedgerHub: LedgerHub is named.");
        page.ShouldContain("“price: Too expensive per entity.” goes out of use");
        page.ShouldContain("Ten new notes speak of LedgerHub.");
        (await PostAsync("Accept", ("proposal", PackProposal.IdOf(Key, "LedgerHub")))).ShouldContain("The proposal is in the pack.");
        (await PostAsync("Reject", ("proposal", PackProposal.IdOf(Key, "price")))).ShouldNotContain("Proposals that wait");
        (await PostAsync("Accept", ("proposal", PackProposal.IdOf(Key, "price")))).ShouldContain("has already rejected this proposal");
        (await _host.Ledger.ReadNewestAsync(Key, Token))!.Live.Count().ShouldBe(3);
    }

    [Fact]
    public async Task Pack_Versions_AreListedComparedAndDownloaded()
    {
        await PlantAsync();
        await PostAsync("Edit", ("line", Priced.Id), ("text", "Too dear per entity."), ("topic", "price"), ("tier", "critical"), ("section", "objections"));
        var versions = await WordsAsync($"{Page}/versions");
        versions.ShouldContain("From version 1 to version 2");
        versions.ShouldContain("<del><span class=\"hidden\">Before:</span> Too expensive per entity.</del>");
        versions.ShouldContain("Too dear per entity.</ins>");
        versions.ShouldContain("First draft from the data.");
        (await WordsAsync($"{Page}/versions?from=2&to=1")).ShouldContain("From version 1 to version 2");
        (await WordsAsync($"{Page}?version=1")).ShouldContain("This is version 1; the newest is version 2");
        (await WordsAsync($"{Page}?version=1")).ShouldNotContain("handler=Edit");

        foreach (var (handler, ending, holds) in new[] { ("Markdown", "md", "## Objections and answers"), ("Json", "json", "crmsync/pack/1") })
        {
            using var file = await Client.GetAsync($"{Page}?handler={handler}&version=1", Token);
            file.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
            file.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
            file.Content.Headers.ContentDisposition.FileName.ShouldBe($"pack-{Key}-1.{ending}");
            var text = await file.Content.ReadAsStringAsync(Token);
            text.ShouldContain(holds);
            text.ShouldNotContain("Company 2", Case.Sensitive, "names of accounts stay here");
        }
    }

    [Theory]
    [InlineData("Draft")]
    [InlineData("Approve")]
    [InlineData("Retire")]
    [InlineData("Restore")]
    [InlineData("Edit")]
    [InlineData("Add")]
    [InlineData("Accept")]
    [InlineData("Reject")]
    public async Task Pack_Acts_AreRefusedToViewersAndWithoutTheFormsToken(string handler)
    {
        await PlantAsync();
        using var viewer = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Viewer));
        (await viewer.GetStringAsync(Page, Token)).ShouldNotContain("handler=" + handler);
        using var answer = await viewer.SendFormAsync("/account", $"{Page}?handler={handler}", ("seen", "1"), ("line", Priced.Id), ("text", "X"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var bare = new FormUrlEncodedContent([new("seen", "1"), new("line", Priced.Id), new("text", "X")]);
        using var without = await Client.PostAsync($"{Page}?handler={handler}", bare, Token);
        without.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ListAsync("select cast(max(version) as text) from pack_version")).ShouldBe(["1"]);
    }

    private static PackLine Line(string about, PackSection section, string text, PackEvidence evidence, string? needs = null) =>
        new(PackLine.IdOf(section, about), section, about, text, PackTier.Common, evidence, PackAuthor.Template, PackLineState.Draft) { Needs = needs, ChangedAt = ConsoleHost.Now };

    private async Task PlantAsync() => (await _host!.Ledger.AddAsync(
        PackEditor.Make(Key, "Bill payment, entities", [Priced, Wanting], 1, PackAuthor.Template, ConsoleHost.Now, "First draft from the data."), "seed", Token)).Succeeded.ShouldBeTrue();

    private async Task<string> WordsAsync(string path)
    {
        using var answer = await Client.GetAsync(path, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.WordsAsync();
    }

    // Sends a button of the page, and reads where it leads; a refusal is the page itself.
    private async Task<string> PostAsync(string handler, params (string Name, string Value)[] fields)
    {
        var seen = (await _host!.Ledger.ReadNewestAsync(Key, Token))!.Version;
        using var answer = await Client.SendFormAsync(Page, $"{Page}?handler={handler}", [.. fields, ("seen", $"{seen}")]);
        return answer.StatusCode is HttpStatusCode.Redirect ? await WordsAsync(Regex.Replace(answer.Headers.Location!.ToString(), "#.*", "")) : await answer.WordsAsync();
    }

    private async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        await using var db = await _host!.Ledger.OpenReadAsync(Token);
        return [.. await Dapper.SqlMapper.QueryAsync<string>(db, sql)];
    }
}
