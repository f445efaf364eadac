using System.Text;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Service;

public sealed class ClassificationSettingsTests
{
    private static readonly TaxonomySet Shipped = TaxonomySet.LoadShipped();

    [Fact]
    public void Bind_Nothing_HasNoHostedModelAndTheShippedThresholds()
    {
        var settings = Bind("{}");
        settings.Hosted.IsConfigured.ShouldBeFalse();
        settings.ToThresholds().Thresholds.ShouldBeEmpty();
    }

    [Fact]
    public void Bind_Everything_ArrivesWhereItBelongs()
    {
        var settings = Bind("""
            { "Thresholds": { "engagement": 0.7, "stage/demo": 0.9 },
              "Hosted": { "Endpoint": "https://sales.openai.azure.com", "Key": "k", "Deployment": "mini", "Deployments": { "stage": "tuned" }, "Share": 0.1,
                "AskBelow": { "stage": 0.8 }, "DailyBudgetUsd": 2.5, "Price": { "PromptUsd": 1 }, "WhenUnavailable": "DecideLocally", "BatchBackfills": false } }
            """);
        var options = settings.Hosted.ToOptions();
        (options.DeploymentFor("stage"), options.DeploymentFor("engagement")).ShouldBe(("tuned", "mini"));
        (options.DailyBudgetUsd, options.Price.PromptUsd, options.WhenUnavailable).ShouldBe((2.5m, 1m, WithoutAnswer.DecideLocally));
        var asking = settings.Hosted.ToAsking();
        (asking.Share, asking.AskBelow["stage"], asking.BatchBackfills).ShouldBe((0.1, 0.8, false));
        var thresholds = settings.ToThresholds();
        (thresholds.For("engagement", "engaged"), thresholds.For("stage", "demo"), thresholds.For("stage", "negotiation")).ShouldBe((0.7, 0.9, 0.5));
    }

    [Theory]
    [InlineData("""{ "Hosted": { "Endpiont": "x" } }""", "under CrmSync:Classification:Hosted")]
    [InlineData("""{ "Hosted": { "Price": { "Promt": 1 } } }""", "under CrmSync:Classification:Hosted:Price")]
    [InlineData("""{ "Thresholds": { "stage": 1.2 } }""", "CrmSync:Classification:Thresholds:stage is 1.2; give a number from 0 to 1.")]
    [InlineData("""{ "Hosted": { "Key": "secret-key" } }""", "Endpoint is empty")]
    [InlineData("""{ "Hosted": { "Endpoint": "https://a.example", "Deployment": "m" } }""", "no Key and no KeyFile")]
    [InlineData("""{ "Hosted": { "Endpoint": "https://a.example", "Key": "secret-key", "Deployment": "m", "Share": 2 } }""", "Share is 2")]
    [InlineData("""{ "Hosted": { "Endpoint": "https://a.example", "Key": "secret-key" } }""", "Deployment is empty")]
    [InlineData("""{ "Hosted": { "Endpoint": "https://a.example", "Key": "secret-key", "EmbeddingDeployment": "v", "Deployments": { "stage": "m" } } }""", "Deployment is empty")]
    [InlineData("""{ "Hosted": { "Endpoint": "https://a.example", "Key": "secret-key", "EmbeddingDeployment": "v", "DailyBudgetUsd": 0 } }""", "DailyBudgetUsd is 0")]
    public void Bind_Fault_IsNamedWithItsPlaceAndWithoutTheKey(string classification, string part)
    {
        var fault = Should.Throw<SettingsException>(() => Bind(classification)).Message;
        fault.ShouldContain(part);
        fault.ShouldNotContain("secret-key");
    }

    [Fact]
    public void Bind_EndpointForVectorsOnly_AsksNoModel()
    {
        var hosted = Bind("""{ "Hosted": { "Endpoint": "https://a.example", "Key": "secret-key", "EmbeddingDeployment": "v" } }""").Hosted;
        (hosted.IsConfigured, hosted.HasVectors, hosted.AsksModel).ShouldBe((true, true, false));
    }

    [Theory]
    [InlineData("""{ "Thresholds": { "stages": 0.5 } }""", "names the taxonomy 'stages'")]
    [InlineData("""{ "Hosted": { "AskBelow": { "stage/won": 0.5 } } }""", "names the label 'stage/won'")]
    [InlineData("""{ "Steps": [ "guess" ] }""", "names 'guess'")]
    public void Build_UnknownName_IsRefused(string classification, string part) =>
        Should.Throw<SettingsException>(() => CascadeBook.Build(Bind(classification), Shipped)).Message.ShouldContain(part);

    [Fact]
    public void Build_StepsInOrder_AreThoseOfTheCascade() =>
        CascadeBook.Build(Bind("""{ "Steps": [ "rules" ] }"""), Shipped).Steps.Select(step => step.Name).ShouldBe(["rules"]);

    private static ClassificationSettings Bind(string classification) => SettingsReader.Bind(
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "CrmSync": { "Classification": {{classification}} } }"""))).Build())
        .Classification;
}
