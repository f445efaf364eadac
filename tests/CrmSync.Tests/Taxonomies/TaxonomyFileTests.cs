using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Taxonomies;

public sealed class TaxonomyFileTests
{
    private const string Sound = """
        {
          "schema": "crmsync/taxonomy/1", "id": "tone", "version": "3", "name": "Tone", "abstains": true, "appliesTo": ["email", "call"],
          "properties": { "hubspot": "tone", "salesforce": "Tone__c" },
          "labels": [
            { "id": "warm", "value": "WARM", "name": "Warm", "definition": "Friendly.", "cues": ["lovely"], "colour": "#ff8800" },
            { "id": "cold", "value": "COLD", "name": "Cold", "definition": "Not.", "colour": "#0088ff" }
          ]
        }
        """;

    [Fact]
    public void Parse_SoundFile_IsRead()
    {
        var taxonomy = TaxonomyFile.Parse(Sound, "tone.json");

        taxonomy.Id.ShouldBe("tone");
        taxonomy.Abstains.ShouldBeTrue();
        taxonomy.Properties["HubSpot"].ShouldBe("tone");
        taxonomy.AppliesTo.ShouldBe([ActivityType.Email, ActivityType.Call], ignoreOrder: true);
        taxonomy.FindByValue("warm")!.Cues.ShouldBe(["lovely"]);
    }

    [Fact]
    public void Parse_OnlySpacesAndCommentsChanged_KeepsTheChecksum()
    {
        var spaced = "// ours\n" + Sound.Replace(", ", ",\r\n   ", StringComparison.Ordinal);

        TaxonomyFile.Parse(spaced, "tone.json").Checksum.ShouldBe(TaxonomyFile.Parse(Sound, "tone.json").Checksum);
        TaxonomyFile.Parse(Sound.Replace("lovely", "nice", StringComparison.Ordinal), "tone.json").Checksum.ShouldNotBe(TaxonomyFile.Parse(Sound, "tone.json").Checksum);
    }

    [Fact]
    public void LoadShipped_HasTheAgreedNames()
    {
        var set = TaxonomySet.LoadShipped();

        set["engagement"].Labels.Select(label => label.Value).ShouldBe(["ENGAGED", "NOT ENGAGED", "ND"]);
        set["engagement"].Abstains.ShouldBeFalse();
        set["engagement"].Properties["salesforce"].ShouldBe("TrueAI_Engaged__c");
        set["stage"].Labels.Select(label => label.Value).ShouldBe(["Discovery", "Demo", "Negotiation", "Follow-Up", "Closed Won", "Closed Lost"]);
        set["stage"].Abstains.ShouldBeTrue();
        set["stage"].Properties["hubspot"].ShouldBe("crmsync_stage");
    }

    [Theory]
    [InlineData("\"id\": \"tone\"", "\"id\": \"Tone!\"", "tone.json, id: \"Tone!\" is no slug; use up to 40 lower-case letters, digits and hyphens, a letter first.")]
    [InlineData("crmsync/taxonomy/1", "crmsync/taxonomy/9", "tone.json, schema: \"crmsync/taxonomy/9\" is unknown; this version reads \"crmsync/taxonomy/1\".")]
    [InlineData("\"abstains\": true,", "", "tone.json, abstains: must be true or false; add it.")]
    [InlineData("#ff8800", "orange", "tone.json, labels[0].colour: \"orange\" is no colour; write it as #rrggbb.")]
    [InlineData("\"COLD\"", "\"WARM\"", "tone.json, labels[1].value: \"WARM\" stands twice; CRM values are unique, give this label its own.")]
    [InlineData("[\"lovely\"]", "\"lovely\"", "tone.json, labels[0].cues: must be a list in brackets; write [\"first\", \"second\"].")]
    [InlineData("[\"email\", \"call\"]", "[\"fax\"]", "tone.json, appliesTo: \"fax\" is no activity type; use call, email, meeting, note or task.")]
    public void Parse_Fault_IsNamedInOneSentence(string part, string broken, string sentence) =>
        Should.Throw<TaxonomyException>(() => TaxonomyFile.Parse(Sound.Replace(part, broken, StringComparison.Ordinal), "tone.json")).Faults.ShouldContain(sentence);

    [Fact]
    public void Parse_SeveralFaults_AreListedAtOnce() =>
        Should.Throw<TaxonomyException>(() => TaxonomyFile.Parse("""{ "schema": "crmsync/taxonomy/1", "labels": [ 1, {} ] }""", "x.json"))
            .Faults.Count.ShouldBeGreaterThan(8);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"\\ud800\"")]
    [InlineData("""{ "schema": "\ud800", "id": "\ud800" }""")]
    public void Parse_Rubbish_SaysSo(string json) => Should.Throw<TaxonomyException>(() => TaxonomyFile.Parse(json, "x.json")).Message.ShouldStartWith("x.json");

    [Fact]
    public void Parse_AnyCutOfTheFile_ThrowsNothingElse()
    {
        for (var length = 0; length < Sound.Length - 1; length++)
            Should.Throw<TaxonomyException>(() => TaxonomyFile.Parse(Sound[..length], "x.json"));
    }

    [Fact]
    public void Constructor_TwoTaxonomiesOnOneProperty_AreRefused()
    {
        var tone = TaxonomyFile.Parse(Sound, "tone.json");

        Should.Throw<TaxonomyException>(() => new TaxonomySet([tone, tone with { Id = "tone2" }])).Message.ShouldContain("hubspot property \"tone\"");
    }

    [Fact]
    public void LoadFolder_FaultsInTwoFiles_NamesBoth()
    {
        var folder = Directory.CreateTempSubdirectory("taxonomies").FullName;
        File.WriteAllText(Path.Combine(folder, "a.json"), "{");
        File.WriteAllText(Path.Combine(folder, "b.json"), "[]");

        var exception = Should.Throw<TaxonomyException>(() => TaxonomySet.LoadFolder(folder));

        exception.Faults.Count.ShouldBe(2);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void LoadFolder_Missing_SaysWhatToDo() =>
        Should.Throw<TaxonomyException>(() => TaxonomySet.LoadFolder("no-such-folder")).Message.ShouldBe(
            "The taxonomy folder \"no-such-folder\" does not exist; create it or correct the setting that names it.");
}
