using System.Collections.Concurrent;
using System.Text.Json;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Segments;

/// <summary>
/// No text of one segment reaches another's prompt, on the whole way from the ledger to what is sent: each of two segments has a word of its own in pack, notes, thread and summary, and
/// everything that a hosted model is asked about one of them is searched for the other's.
/// </summary>
public sealed class SegmentWallTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-wall-").FullName;
    private IReadOnlyDictionary<int, long> _companies = new Dictionary<int, long>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "ledger.db");

    public async ValueTask InitializeAsync()
    {
        await using var ledger = await Ledger.OpenAsync(new LedgerOptions { File = File }, TimeProvider.System, NullLoggerFactory.Instance, Token);
        _companies = await TalkSeed.PlantAsync(ledger);
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Brief_OfWhoeverOnlyReads_AsksNoModel()
    {
        var model = new Recorder();
        await using var host = await TalkHost.OpenAsync(Settings(2_000), Token, services => services.AddSingleton<IHostedModel>(model));

        (await host.Get<BriefDesk>().ForAccountAsync(_companies[1], new BriefWish("vera") { AsksModel = false }, Token)).Succeeded.ShouldBeTrue();
        model.Prompts.ShouldBeEmpty();
        (await host.Get<BriefDesk>().ForAccountAsync(_companies[1], new BriefWish("ada"), Token)).Succeeded.ShouldBeTrue();
        model.Prompts.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(TalkSeed.Bills, TalkSeed.BillsCanary, TalkSeed.ColdCanary, 1, "Bill payment runs in ten tools. Nobody has a view of bill payment.")]
    [InlineData(TalkSeed.Cold, TalkSeed.ColdCanary, TalkSeed.BillsCanary, 7, "The cold chain had an excursion. Another excursion followed.")]
    public async Task Prompts_AboutOneSegment_NeverHoldTheOthersWord(string segment, string own, string others, int firstCompany, string prospect)
    {
        var model = new Recorder();
        // A context as small as can be: the thread has to be summarised, too.
        await using var host = await TalkHost.OpenAsync(Settings(2_000), Token, services => services.AddSingleton<IHostedModel>(model));

        // The question names the other segment's word on purpose; what was found by it must not come either.
        foreach (var question in new[] { "What keeps them awake?", "Who says so, and has no consolidated view?", "What of excursion, cold chain and bill payment?", "And who owns it?" })
            (await host.Get<ThreadDesk>().AskAsync(segment, question, "ada", Token)).Succeeded.ShouldBeTrue();
        foreach (var number in Enumerable.Range(firstCompany, TalkSeed.PerSegment))
            (await host.Get<BriefDesk>().ForAccountAsync(_companies[number], new BriefWish("ada"), Token)).Succeeded.ShouldBeTrue();
        (await host.Get<BriefDesk>().ForTextAsync(prospect, new BriefWish("ada"), Token)).Value!.Segment.ShouldBe(segment);
        var facts = (await host.Get<ISegmentFactsReader>().ReadSegmentAsync(segment, Token)).ShouldNotBeNull();
        var pack = (await host.Get<IPackStore>().ReadNewestAsync(segment, Token)).ShouldNotBeNull();
        (await new HostedPackDrafter(host.Get<SpecialistModel>(), new NumberOptions()).DraftAsync(pack, facts, TimeProvider.System.GetUtcNow(), Token)).Succeeded.ShouldBeTrue();

        model.Prompts.Select(prompt => prompt.SchemaName).Distinct().ShouldBe(["answer", "summary", "brief", "pack_draft"], ignoreOrder: true);
        foreach (var prompt in model.Prompts)
        {
            $"{prompt.System}{prompt.User}{prompt.Schema}".ShouldNotContain(others, Case.Insensitive, prompt.SchemaName);
            prompt.User.ShouldContain(own, Case.Insensitive, prompt.SchemaName);
        }
        // What was kept of it stays within the wall as well.
        (await host.Get<IThreadStore>().ReadMessagesAsync(segment, null, 100, Token)).ShouldAllBe(message => !message.Text.Contains(others));
    }

    [Fact]
    public async Task Prompts_AreNotSentBeyondTheDaysBudget()
    {
        var model = new Recorder();
        var settings = Settings(32_000);
        settings.Classification.Hosted.DailyBudgetUsd = 0.000_001m;
        await using var host = await TalkHost.OpenAsync(settings, Token, services => services.AddSingleton<IHostedModel>(model));

        var asked = await host.Get<ThreadDesk>().AskAsync(TalkSeed.Bills, "What keeps them awake?", "ada", Token);
        var brief = await host.Get<BriefDesk>().ForAccountAsync(_companies[1], new BriefWish("ada"), Token);

        model.Prompts.ShouldBeEmpty();
        asked.Value!.Answer.Author.ShouldBe("template");
        asked.Value.Answer.Notices.ShouldContain(notice => notice.StartsWith("The model did not answer", StringComparison.Ordinal));
        brief.Value!.Content!.Notices.ShouldContain(notice => notice.StartsWith("Worded by the template alone", StringComparison.Ordinal));
    }

    private ServiceSettings Settings(int context) => new()
    {
        Ledger = { File = File },
        Segments = { ContextTokens = context },
        Classification = { Hosted = { Endpoint = "https://model.example", Key = "a-key", Deployment = "crmsync-mini" } },
    };

    /// <summary>Remembers what it is asked and cites the first datum.</summary>
    private sealed class Recorder : IHostedModel
    {
        public ConcurrentQueue<HostedPrompt> Prompts { get; } = [];

        public Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken)
        {
            Prompts.Enqueue(prompt);
            var first = JsonElement.Parse(prompt.User.Split('\n').First(line => line.StartsWith('{')));
            var kind = prompt.SchemaName switch { "answer" => "answer", "summary" => "summary", "brief" => "question", _ => "values" };
            var text = string.Join(' ', Enumerable.Repeat($"They say {first.GetProperty("text").GetString()}", prompt.SchemaName == "answer" ? 3 : 1));
            return Task.FromResult<Result<HostedReply>>(new HostedReply(
                JsonSerializer.Serialize(new { statements = new[] { new { cites = new[] { first.GetProperty("id").GetString() }, kind, topic = "", tier = "common", text } } }), HostedEnding.Complete, "gpt-test", new TokenUsage(100, 0, 10)));
        }

        public Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<HostedBatch>> ReadBatchAsync(string batchId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
