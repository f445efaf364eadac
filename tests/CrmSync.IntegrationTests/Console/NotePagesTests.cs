using System.Net;
using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Notes;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>A brief that is written to the CRM, as a person without script does it.</summary>
public sealed class NotePagesTests : IAsyncLifetime
{
    private const string Hostile = "<script>alert(1)</script>\u202Egnp";
    private static readonly NotePlace Place = new("notes", NoteForm.Html, 65_536, HasTitle: false, "It becomes a note on the company in HubSpot.");

    private readonly NoteCrm _crm = new();
    private ConsoleHost? _host;
    private long _account;
    private long _brief;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    private string Address => $"/brief/{_account}/note?brief={_brief}";

    public async ValueTask InitializeAsync()
    {
        _host = await ConsoleHost.StartAsync(role: ApiRole.Operator, configure: services => services.AddSingleton<IConnectorCatalog>(_crm));
        _account = (await TalkSeed.PlantAsync(_host.Ledger))[2];
        _brief = await _host.Ledger.AddBriefAsync(BriefOf(), "ada", Token);
    }

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    private Brief BriefOf() => new()
    {
        Account = AccountKey.Of(_account), Title = "Brackwater 2", Segment = new SegmentMatch(TalkSeed.Bills, "Bill payment", "Because.", 0.9), PackVersion = 1, At = LedgerWorld.Start, Facts = ["Two open deals."],
        Points = [new BriefPoint(BriefPart.Question, Hostile, [], [], false, PackAuthor.Template)], LeftOut = [], Waiting = 0, Notices = [], Tokens = 120, Budget = 1_500,
    };

    [Fact]
    public async Task Note_FromTheBriefsPage_IsShownWordByWordConfirmedAndWrittenOnce()
    {
        (await WordsAsync($"/brief/{_account}?brief={_brief}")).ShouldContain($"href=\"{Address}\"");
        var raw = await Client.GetStringAsync(Address, Token);
        raw.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;gnp");
        raw.ShouldNotContain("<script>alert");
        raw.ShouldNotContain("\u202E");
        var page = WebUtility.HtmlDecode(raw);
        page.ShouldContain("What would be written");
        page.ShouldContain("of 65,536 characters");
        page.ShouldContain("It becomes a note on the company in HubSpot.");
        page.ShouldContain("Main portal");
        page.ShouldContain("https://crm.example/companies/2");
        page.ShouldContain($"Reference {NoteReference.Of(_brief, LedgerWorld.Start, new NoteAccount("companies", "2"))}");
        (await ListAsync("select status from crm_note")).ShouldBeEmpty("looking asks for nothing");

        var said = await PostAsync("");
        said.ShouldContain("The note is asked for.");
        said.ShouldContain(">Waiting</span>");
        said.ShouldContain("Test Operator");
        (await PostFrom($"/brief/{_account}?brief={_brief}", Address)).ShouldContain("a brief is written once");
        (await ListAsync("select status || ' ' || asked_by from crm_note")).ShouldBe(["waiting Test Operator"]);
        (await ListAsync("select actor || ' ' || action || ' ' || after from audit where action like 'brief.note%'")).ShouldBe([$"Test Operator brief.note brief {_brief}"]);
        (await WordsAsync($"/brief/{_account}?brief={_brief}")).ShouldContain("What became of it");
    }

    [Fact]
    public async Task Note_PressedByTwoAtOnce_IsOne()
    {
        using var other = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Admin));
        var both = await Task.WhenAll(Client.SendFormAsync(Address, Address), other.SendFormAsync(Address, Address));
        both.Select(answer => answer.Headers.Location!.ToString()[^5..]).Order().ShouldBe(["asked", "known"]);
        (await ListAsync("select asked_by from crm_note")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Note_WrittenFailedAndTakenBack_SaysHowItStandsAndWhatCanBeDone()
    {
        await PostAsync("");
        await StepAsync(new NoteChange(0, NoteStatus.Waiting) { Code = "hubspot.scope_missing", Message = "The HubSpot token lacks a scope: crm.objects.companies.write. Add the scope." });
        (await WordsAsync(Address)).ShouldContain("lacks a scope: crm.objects.companies.write. Add the scope.");
        await StepAsync(new NoteChange(0, NoteStatus.Failed) { Code = "hubspot.invalid_request", Message = "HubSpot rejects it.", RemoteMessage = "<b>no</b>" });
        var failed = await WordsAsync(Address);
        failed.ShouldContain("Try it again");
        failed.ShouldContain("<b>no</b>");
        (await Client.GetStringAsync(Address, Token)).ShouldContain("&lt;b&gt;no&lt;/b&gt;");
        (await PostAsync("Retry")).ShouldContain("The note is tried again.");
        await StepAsync(new NoteChange(0, NoteStatus.Written) { Record = new NoteRecord("notes", "9001") });
        var written = await WordsAsync(Address);
        written.ShouldContain("https://crm.example/notes/9001");
        written.ShouldContain("It stands in the CRM. It is not counted as an activity of the account");
        written.ShouldContain("Take it back");
        (await WordsAsync($"/brief/{_account}?brief={_brief}")).ShouldContain("https://crm.example/notes/9001");
        (await PostAsync("TakeBack")).ShouldContain("The note is to be taken back.");
        await StepAsync(new NoteChange(0, NoteStatus.Removed));
        var removed = await WordsAsync(Address);
        removed.ShouldContain("A newer brief makes a new note.");
        removed.ShouldNotContain("<button class=\"button primary\" formaction");
        (await ListAsync("select action from audit where action like 'brief.note%' order by id")).ShouldBe(["brief.note", "brief.note_retry", "brief.note_undo"]);
    }

    [Fact]
    public async Task Note_InPreviewOrPaused_WaitsAndCanBePutAwayAndIsNotTakenBack()
    {
        var connection = (await _host!.Ledger.ListConnectionsAsync(Token))[0];
        await _host.Ledger.SetWriteModeAsync(connection.Id, new ModeChange(WriteMode.Preview, "ada"), Token);
        (await WordsAsync(Address)).ShouldContain("The connection is in preview: nothing is sent until an operator turns writing on.");
        (await PostAsync("")).ShouldContain("It waits: the connection is in preview");
        (await PostAsync("Withdraw")).ShouldContain("The note is put away; nothing was sent.");
        (await PostAsync("")).ShouldContain("The note is asked for.");
        await _host.Ledger.SetWriteModeAsync(connection.Id, new ModeChange(WriteMode.On, "ada"), Token);
        await StepAsync(new NoteChange(0, NoteStatus.Written) { Record = new NoteRecord("notes", "9001") });
        await _host.Ledger.SetWriteModeAsync(connection.Id, new ModeChange(WriteMode.Paused, "ada"), Token);
        (await PostAsync("TakeBack")).ShouldContain("Turn writing on under Connections, then take it back.");
        (await PostAsync("Retry")).ShouldContain("The note has not failed");
    }

    [Fact]
    public async Task Note_WithoutAPlace_SaysInOneSentenceWhatIsMissing()
    {
        _crm.Place = new Failure(FailureCategory.Stop, "salesforce.notes_refused", "The integration user may create neither enhanced notes nor tasks (x).", "Grant Edit Tasks.");
        var page = await WordsAsync(Address);
        page.ShouldContain("may create neither enhanced notes nor tasks (x). Grant Edit Tasks.");
        page.ShouldNotContain("What would be written");
        _crm.TakesNotes = false;
        (await WordsAsync(Address)).ShouldContain("takes no notes from us");
        (await Client.GetAsync($"/brief/{_account}/note?brief=999999", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Client.GetAsync($"/brief/{_account + 1}/note?brief={_brief}", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound, "a brief belongs to its account");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Retry")]
    [InlineData("Withdraw")]
    [InlineData("TakeBack")]
    public async Task Note_Acts_AreRefusedToReviewersAndWithoutTheFormsToken(string handler)
    {
        using var reviewer = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Reviewer));
        (await reviewer.GetStringAsync(Address, Token)).ShouldNotContain("Write it to", Case.Sensitive);
        (await reviewer.GetStringAsync($"/brief/{_account}?brief={_brief}", Token)).ShouldNotContain(Address.Replace("&", "&amp;", StringComparison.Ordinal));
        var address = handler.Length == 0 ? Address : $"{Address}&handler={handler}";
        using var answer = await reviewer.SendFormAsync("/account", address);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var bare = new FormUrlEncodedContent([]);
        using var without = await Client.PostAsync(address, bare, Token);
        without.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ListAsync("select status from crm_note")).ShouldBeEmpty();
    }

    // What a runner does with the note's batch.
    private async Task StepAsync(NoteChange change)
    {
        var ledger = _host!.Ledger;
        var made = await ledger.GatherAsync(new Dictionary<long, int>(), TimeSpan.Zero, Token);
        var claimed = (await ledger.ClaimAsync(made.Single(batch => batch.Kind is BatchKind.Note).Id, "node-1", LedgerWorld.Lease, Token)).ShouldNotBeNull();
        var work = (await ledger.ReadNoteWorkAsync(claimed.Id, Token)).ShouldNotBeNull();
        (await ledger.CommitAsync(claimed, new LedgerChange { Notes = [change with { NoteId = work.NoteId }], Ending = new BatchEnding.Completed() }, LedgerWorld.Lease, Token)).Held.ShouldBeTrue();
    }

    private Task<string> PostAsync(string handler) => PostFrom(Address, handler.Length == 0 ? Address : $"{Address}&handler={handler}");

    private async Task<string> PostFrom(string from, string address)
    {
        using var answer = await Client.SendFormAsync(from, address);
        return answer.StatusCode is HttpStatusCode.Redirect ? await WordsAsync(answer.Headers.Location!.ToString()) : await answer.WordsAsync();
    }

    private async Task<string> WordsAsync(string path)
    {
        using var answer = await Client.GetAsync(path, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.WordsAsync();
    }

    private async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        await using var db = await _host!.Ledger.OpenReadAsync(Token);
        return [.. await Dapper.SqlMapper.QueryAsync<string>(db, sql)];
    }

    /// <summary>A connection that is asked about notes and nothing else.</summary>
    private sealed class NoteCrm : IConnectorCatalog, ICrmConnector, INoteWriter
    {
        public Result<NotePlace> Place { get; set; } = NotePagesTests.Place;

        public bool TakesNotes { get; set; } = true;

        public IReadOnlyList<ICrmConnector> All => [this];

        public string Key => "hubspot-main";

        public string Kind => "hubspot";

        public INoteWriter? Notes => TakesNotes ? this : null;

        public TimeSpan CallTimeout => throw new NotSupportedException();

        public IActivityReader Reader => throw new NotSupportedException();

        public IWindowReader Windows => throw new NotSupportedException();

        public ILabelWriter Writer => throw new NotSupportedException();

        public IPropertySetup Setup => throw new NotSupportedException();

        public IRecordReader Records => throw new NotSupportedException();

        public IWebhookReader? Webhooks => null;

        public long RequestsSent => 0;

        public ICrmConnector? Find(string connectionKey) => connectionKey == Key ? this : null;

        public Uri? RecordLink(string objectType, string externalId) => null;

        public void Expect(string accountId)
        {
        }

        public Task<Result<AccountIdentity>> IdentifyAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<HealthCheck>> CheckAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<NotePlace>> FindPlaceAsync(CancellationToken cancellationToken) => Task.FromResult(Place);

        public Task<Result<NoteRecord>> WriteAsync(NoteDraft draft, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<NoteRecord?>> FindAsync(NoteSearch search, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<StoredNote?>> ReadAsync(NoteRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<NoteRecord>> RemoveAsync(NoteRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
