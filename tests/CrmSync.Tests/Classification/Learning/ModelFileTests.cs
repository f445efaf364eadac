using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Model;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

public sealed class ModelFileTests
{
    private static readonly Lazy<LocalModel> Small = new(() => ModelTrainer.Train(ModelTrainerTests.Taxonomies, ModelTrainerTests.Rows(120), ModelTrainerTests.Options).Model);

    [Fact]
    public void WriteThenRead_DecidesAlikeToTheLastBit()
    {
        var content = new ActivityContent(ActivityType.Note, "", "ripe braeburn and a damson", CrmEvidence.None);
        var trained = Small.Value;
        var bytes = Bytes(trained);

        var read = LocalModel.Read(new MemoryStream(bytes));

        read.Version.ShouldBe(trained.Version);
        Bytes(read).ShouldBe(bytes);
        Cascade.CreateDefault(ModelTrainerTests.Taxonomies, model: read).Decide(content).Select(one => (one.Label, one.Confidence))
            .ShouldBe(Cascade.CreateDefault(ModelTrainerTests.Taxonomies, model: trained).Decide(content).Select(one => (one.Label, one.Confidence)));
    }

    [Fact]
    public void Version_OtherThresholdsAlone_AreAnotherModel()
    {
        var strict = ModelTrainer.Train(
            ModelTrainerTests.Taxonomies, ModelTrainerTests.Rows(120), ModelTrainerTests.Options with { MaxRisk = 0.2 },
            cancellationToken: TestContext.Current.CancellationToken).Model;

        strict.Network.Output.ToArray().ShouldBe(Small.Value.Network.Output.ToArray());
        strict.Heads[0].Thresholds.ShouldNotBe(Small.Value.Heads[0].Thresholds);
        strict.Version.ShouldNotBe(Small.Value.Version);
    }

    [Fact]
    public async Task ShippedCard_TellsOfTheShippedModel() =>
        (await File.ReadAllTextAsync(
            RepositoryFolder.PathOf("src/CrmSync.Pipeline/Classification/Learning/shipped.md"), TestContext.Current.CancellationToken)).ReplaceLineEndings("\n")
            .ShouldBe(ModelCardText.Write(LocalModel.LoadShipped().Card));

    [Fact]
    public void Read_AnotherFile_SaysWhatItIsNot() => Should.Throw<ModelFileException>(() => LocalModel.Read(new MemoryStream(new byte[200])))
        .Message.ShouldContain("no model file of this version");

    [Fact]
    public void Read_CutOff_SaysSo()
    {
        var bytes = Bytes(Small.Value);

        foreach (var length in (int[])[0, 10, 18, 40, bytes.Length / 2, bytes.Length - 50])
            Should.Throw<ModelFileException>(() => LocalModel.Read(new MemoryStream(bytes, 0, length)));
    }

    [Fact]
    public void Read_FlippedBits_NeverGivesAModelOfOtherWeights()
    {
        var bytes = Bytes(Small.Value);
        var version = Small.Value.Version;
        var random = new Random(3);
        for (var i = 0; i < 40; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            LocalModel? read = null;
            try
            {
                read = LocalModel.Read(new MemoryStream(damaged));
            }
            catch (ModelFileException)
            {
                continue;
            }
            // Only the card's prose, or bits that Brotli does not read, may differ unnoticed.
            Weights(read).ShouldBe(Weights(Small.Value), version);
        }
    }

    private static float Weights(LocalModel model)
    {
        var sum = 0f;
        for (var i = 0; i < model.Network.Input.Length; i++)
            sum += model.Network.Input[i] * model.Network.Scales[i / model.Network.Width];
        return sum;
    }

    private static byte[] Bytes(LocalModel model)
    {
        using var stream = new MemoryStream();
        model.Write(stream);
        return stream.ToArray();
    }
}
