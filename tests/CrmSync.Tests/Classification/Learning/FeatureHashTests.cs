using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Classification.Rules;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

/// <summary>The hashes stand in model files: a changed hash would make every stored model read nonsense.</summary>
public sealed class FeatureHashTests
{
    // FNV-1a, 32 bits, over UTF-16 code units; for ASCII words equal to the published test vectors of FNV-1a over bytes.
    [Theory]
    [InlineData("", 0x811C9DC5u)]
    [InlineData("a", 0xE40C292Cu)]
    [InlineData("foobar", 0xBF9CF968u)]
    public void WordHash_PublishedVectors_Agree(string word, uint hash) => WordHash.Of(word).ShouldBe(hash);

    [Fact]
    public void FeatureHash_KnownInputs_NeverChange()
    {
        uint[] hashes = [FeatureHash.Of(FeatureKind.Word, 0xE40C292C), FeatureHash.Of(FeatureKind.Pair, 0xE40C292C), FeatureHash.Of(FeatureKind.Fact, 0)];

        hashes.ShouldBe([FinalMix(0xE40C292C ^ unchecked(3 * 0x9E3779B1)), FinalMix(0xE40C292C ^ unchecked(4 * 0x9E3779B1)), FinalMix(0x9E3779B1)]);
        hashes.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Combine_OtherOrder_OtherHash() => WordHash.Combine(1, 2).ShouldNotBe(WordHash.Combine(2, 1));

    /// <summary>MurmurHash3's finaliser, written out from its description.</summary>
    private static uint FinalMix(uint hash)
    {
        unchecked
        {
            hash ^= hash >> 16;
            hash *= 0x85ebca6b;
            hash ^= hash >> 13;
            hash *= 0xc2b2ae35;
            hash ^= hash >> 16;
            return hash;
        }
    }
}
