using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.HubSpot.Definitions;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Deploy;

/// <summary>What can be said about the HubSpot bodies without a portal.</summary>
public sealed class HubSpotDefinitionTests
{
    private static readonly IReadOnlyDictionary<string, string> Files = DeployFolder.HubSpot();

    public static TheoryData<string> Types => [.. HubSpotObjectType.All.Select(type => type.Name), .. HubSpotDefinitionFiles.LinkedTypes];

    private static List<JsonElement> Inputs(string type)
    {
        using var body = JsonDocument.Parse(Files[HubSpotDefinitionFiles.PathOf(type)]);
        return [.. body.RootElement.GetProperty("inputs").EnumerateArray().Select(input => input.Clone())];
    }

    [Fact]
    public void Files_Paths_AreTheGroupAndOnePerObjectType() =>
        Files.Keys.ShouldBe(Types.Select(type => $"properties/{type.Data}.json").Append("group.json"), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Types))]
    public void Properties_ComparedWithSetup_AreTheSameBodies(string type)
    {
        List<HubSpotPropertyDefinition> expected = [.. HubSpotPropertyDefinition.For(DeployFolder.HubSpotLabels)];
        if (type == HubSpotPropertyDefinition.Accounts)
            expected.AddRange(HubSpotPropertyDefinition.ForAccounts(DeployFolder.HubSpotLabels).ExceptBy(expected.Select(definition => definition.Name), definition => definition.Name));
        if (HubSpotDefinitionFiles.LinkedTypes.Contains(type))
            expected.Add(HubSpotPropertyDefinition.SourceActivity);

        var inputs = Inputs(type);

        inputs.Count.ShouldBe(expected.Count);
        foreach (var (input, definition) in inputs.Zip(expected))
            JsonNode.DeepEquals(JsonNode.Parse(input.GetRawText()), definition.ToJson()).ShouldBeTrue($"{type}.{definition.Name}");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Properties_EachOfThem_HasWhatHubSpotRequires(string type)
    {
        foreach (var input in Inputs(type))
        {
            var name = input.GetProperty("name").GetString()!;
            name.ShouldBe(name.ToLowerInvariant());
            name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_').ShouldBeTrue(name);
            char.IsAsciiLetter(name[0]).ShouldBeTrue(name);
            name.Length.ShouldBeLessThanOrEqualTo(100);
            input.GetProperty("label").GetString().ShouldNotBeNullOrWhiteSpace();
            input.GetProperty("groupName").GetString().ShouldBe(HubSpotPropertyDefinition.Group);
            var pair = (input.GetProperty("type").GetString(), input.GetProperty("fieldType").GetString());
            pair.ShouldBeOneOf(("enumeration", "select"), ("string", "text"), ("string", "textarea"), ("number", "number"), ("datetime", "date"));
            input.TryGetProperty("options", out _).ShouldBe(pair.Item1 == "enumeration", name);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Options_OfLabels_AreTheTaxonomyInItsOrder(string type)
    {
        var inputs = Inputs(type);
        foreach (var label in DeployFolder.HubSpotLabels.Where(label => !label.IsOfAccounts))
        {
            var options = inputs.Single(input => input.GetProperty("name").GetString() == label.Name).GetProperty("options").EnumerateArray().ToList();
            options.Select(option => option.GetProperty("value").GetString()).ShouldBe(label.Options.Select(option => option.Value));
            options.Select(option => option.GetProperty("displayOrder").GetInt32()).ShouldBe(Enumerable.Range(0, options.Count));
            options.ShouldAllBe(option => !option.GetProperty("hidden").GetBoolean());
        }
    }

    [Fact]
    public void SourceActivity_ObjectTypes_AreOnlyThoseThatStandInForActivities()
    {
        var source = HubSpotPropertyNames.Instance.SourceActivity;
        var holders = Types.Select(type => type.Data).Where(type => Inputs(type).Any(input => input.GetProperty("name").GetString() == source));
        holders.ShouldBe(["deals", "companies", "contacts"]);
    }

    [Fact]
    public void Group_Body_NamesTheGroupOfEveryProperty()
    {
        using var group = JsonDocument.Parse(Files["group.json"]);
        group.RootElement.GetProperty("name").GetString().ShouldBe(HubSpotPropertyDefinition.Group);
    }

    [Fact]
    public void Readme_NamesOfPropertiesAndOptions_AreAllThere()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryFolder.PathOf("deploy/hubspot"), "README.md"));
        var names = Inputs("deals").Select(input => input.GetProperty("name").GetString()!)
            .Concat(DeployFolder.HubSpotLabels.SelectMany(label => label.Options).Select(option => option.Value))
            .Concat(Files.Keys);
        names.Where(name => !readme.Contains(name, StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
