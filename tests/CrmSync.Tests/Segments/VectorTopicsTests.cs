using System.Text.Json;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Vectors;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class VectorTopicsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<Result<TopicFindings>> FindAsync(
        MeaningVectors endpoint, IVectorMemory? memory = null, IReadOnlyList<AccountNote>? notes = null, WithoutAnswer whenUnavailable = WithoutAnswer.Wait, int threads = 0)
    {
        var desk = new VectorDesk(endpoint, new VectorOptions { WhenUnavailable = whenUnavailable }, null, null, TimeProvider.System);
        return await new TopicDiscovery(new TopicSearch(desk, TimeProvider.System) { MostDrawn = 1_000 }, new DiscoveryOptions { Threads = threads }).RunAsync(
            new NoteList(notes ?? MeaningVectors.Notes()), new TopicOrder(1), memory ?? new NoVectorMemory(), null, Token);
    }

    private static byte[] Bytes(SegmentModel model)
    {
        using var stream = new MemoryStream();
        SegmentModelFile.Write(model, stream);
        return stream.ToArray();
    }

    [Fact]
    public async Task Run_OtherWordsForTheSame_AreFoundByVectorsOnly()
    {
        var byWords = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(new NoteList(MeaningVectors.Notes()), cancellationToken: Token);
        var found = await FindAsync(new MeaningVectors());

        byWords.Segments.ShouldBeEmpty();
        var byVectors = found.Value.ShouldNotBeNull().Result;
        byVectors.Segments.Count.ShouldBe(2);
        byVectors.Segments.ShouldAllBe(segment => segment.Size >= 17 && segment.Size <= 40);
        byVectors.Segments.SelectMany(segment => segment.Terms).ShouldAllBe(term => !term.Term.StartsWith('#'));
        byVectors.Remarks.ShouldContain(remark => remark.Contains("meanings-1", StringComparison.Ordinal));
        found.Value.Cost.Tokens.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Run_EveryTextIsAskedOnce()
    {
        var endpoint = new MeaningVectors();
        await FindAsync(endpoint);

        endpoint.Asked.Distinct().Count().ShouldBe(endpoint.Asked.Count);
        endpoint.Asked.Order().ShouldBe(MeaningVectors.Notes().Select(note => note.Text).Distinct().Order());
    }

    [Fact]
    public async Task Run_AgainWithOtherThreads_GivesTheSameBytes()
    {
        var one = (await FindAsync(new MeaningVectors(), threads: 1)).Value!.Result;
        var four = (await FindAsync(new MeaningVectors { MostTexts = 37 }, threads: 4)).Value!.Result;

        Bytes(four.Model!).ShouldBe(Bytes(one.Model!));
        JsonSerializer.Serialize(four.Segments).ShouldBe(JsonSerializer.Serialize(one.Segments));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(22)]
    public async Task Run_EndpointFails_WaitsAndGoesOnWithoutAskingAgain(int answered)
    {
        var whole = (await FindAsync(new MeaningVectors())).Value!.Result;
        var endpoint = new MeaningVectors { FailsAfter = answered };
        var memory = new KeptVectors();

        (await FindAsync(endpoint, memory)).Failure!.Code.ShouldBe("test.down");
        var before = endpoint.Asked.Count;
        before.ShouldBeGreaterThan(0);
        endpoint.FailsAfter = int.MaxValue;
        var resumed = (await FindAsync(endpoint, memory)).Value!;

        endpoint.Asked.Distinct().Count().ShouldBe(endpoint.Asked.Count, "nothing is asked twice");
        resumed.Cost.Texts.ShouldBe(endpoint.Asked.Count - before);
        Bytes(resumed.Result.Model!).ShouldBe(Bytes(whole.Model!));
        memory.Read.ShouldBe(MeaningVectors.Notes().Count);
    }

    [Fact]
    public async Task Run_EndpointFailsAndWordsMayDo_FindsByWordsAndSaysSo()
    {
        var found = (await FindAsync(new MeaningVectors { FailsAfter = 5 }, whenUnavailable: WithoutAnswer.DecideLocally)).Value!.Result;

        found.Segments.ShouldBeEmpty();
        found.Remarks[0].ShouldBe("Words alone were used, because the embeddings endpoint gave no vectors: The endpoint is down.");
    }

    [Fact]
    public async Task Run_FewNotes_AsksNothingAndSaysSo()
    {
        var endpoint = new MeaningVectors();
        var found = (await FindAsync(endpoint, notes: [.. MeaningVectors.Notes().Take(200)])).Value!.Result;

        endpoint.Calls.ShouldBe(0);
        found.Remarks[0].ShouldContain("too few to learn topics");
    }

    [Fact]
    public async Task Run_DeploymentGotAnotherModelHalfWay_NeverMixesVectors()
    {
        var endpoint = new MeaningVectors { FailsAfter = 18 };
        var memory = new KeptVectors();
        (await FindAsync(endpoint, memory)).Failure.ShouldNotBeNull();
        endpoint.FailsAfter = int.MaxValue;
        endpoint.Model = "meanings-2";

        var failure = (await FindAsync(endpoint, memory)).Failure.ShouldNotBeNull();
        failure.Code.ShouldBe("segments.other_vectors");
        failure.Message.ShouldContain("meanings-2");
    }

    [Fact]
    public async Task Run_TextPastedIntoEveryNote_MakesNoSegmentOfItsTopic()
    {
        // Each of forty accounts has its own standing text; all of these mean the same.
        var random = new Random(3);
        List<AccountNote> notes = [.. Enumerable.Range(0, 200).SelectMany(account => Enumerable.Range(0, 12).Select(i => new AccountNote(
            $"a{account}", $"{account}-{i}",
            account < 40 && i % 2 == 0 ? $"aqhab {MeaningVectors.Word(0, account * 7)} aqcde" : $"{MeaningVectors.Word(random.Next(20), random.Next(400))} {MeaningVectors.Word(random.Next(20), random.Next(400))}")))];

        (await FindAsync(new MeaningVectors(), notes: notes)).Value!.Result.Segments.ShouldBeEmpty();
    }

    [Fact]
    public async Task Model_WithTopics_ReadsBackAndAssignsByThem()
    {
        var found = (await FindAsync(new MeaningVectors())).Value!.Result;
        var bytes = Bytes(found.Model!);
        var model = SegmentModelFile.Read(new MemoryStream(bytes));

        System.Text.Encoding.ASCII.GetString(bytes, 0, 24).ShouldBe("crmsync/segment-model/2\n");
        Bytes(model).ShouldBe(bytes);
        model.Topics!.Key.ShouldBe(found.Model!.Topics!.Key);
        var segment = found.Segments[0];
        var meaning = int.Parse(segment.Members[0].Account.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) % 2;
        string[] texts = [.. Enumerable.Range(0, 12).Select(i => $"{MeaningVectors.Word(meaning, 401 + i)} {MeaningVectors.Word(meaning, 440 + i)}")];
        model.Assign(model.Gather(texts, text => model.Topics.Read(MeaningVectors.Vector(text))))!.Segment.ShouldBe(segment.Id);
        model.Assign(model.Gather(texts)).ShouldBeNull("these words were never seen");
        Should.Throw<SegmentModelException>(() => SegmentModelFile.Read(new MemoryStream(bytes[..^30])));
    }

    [Fact]
    public async Task Model_OfNotesWhoseTopicsMeanNothing_NeedsNoEndpoint()
    {
        var found = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(new NoteList(SmallPlant.Notes()), cancellationToken: Token);
        var topics = VectorTopics.Learn([.. Enumerable.Range(0, 400).Select(i => MeaningVectors.Vector(MeaningVectors.Word(i % 20, i)))], "m", new DiscoveryOptions(), Token);

        found.Model!.With(topics).Topics.ShouldBeNull();
    }

    [Fact]
    public void Topics_DamagedOrForeign_AreRefused()
    {
        var topics = VectorTopics.Learn([.. Enumerable.Range(0, 400).Select(i => MeaningVectors.Vector(MeaningVectors.Word(i % 20, i)))], "m", new DiscoveryOptions(), Token);
        var bytes = VectorTopicsFile.Write(topics);

        VectorTopicsFile.Read(bytes).Key.ShouldBe(topics.Key);
        Should.Throw<SegmentModelException>(() => VectorTopicsFile.Read(bytes.AsSpan(0, bytes.Length - 4)));
        Should.Throw<SegmentModelException>(() => VectorTopicsFile.Read(bytes.AsSpan(0, 30)));
        Should.Throw<SegmentModelException>(() => VectorTopicsFile.Read("nothing like it"u8));
        topics.Misfit("m", 24).ShouldBeNull();
        topics.Misfit("other", 24)!.Message.ShouldContain("other");
        topics.Misfit("m", 25)!.Category.ShouldBe(FailureCategory.Stop);
    }
}
