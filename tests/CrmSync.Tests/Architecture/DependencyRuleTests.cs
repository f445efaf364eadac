using System.Reflection;
using CrmSync.Connectors;
using CrmSync.Engine;
using CrmSync.Pipeline.Model;
using CrmSync.Simulator;
using CrmSync.Storage;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Architecture;

/// <summary>
/// The dependency rule of the design, a test per line. Each rule is also shown to fail: it is asked about a project that breaks it, so a rule that has
/// gone blind is noticed.
/// </summary>
public sealed class DependencyRuleTests
{
    private static readonly AssemblyFacts Pipeline = AssemblyFacts.Of(typeof(Connection).Assembly);
    private static readonly AssemblyFacts Connectors = AssemblyFacts.Of(typeof(ConnectionOptions).Assembly);
    private static readonly AssemblyFacts Storage = AssemblyFacts.Of(typeof(Ledger).Assembly);
    private static readonly AssemblyFacts Engine = AssemblyFacts.Of(typeof(QuartzJobEngine).Assembly);
    private static readonly AssemblyFacts Simulator = AssemblyFacts.Of(typeof(ISimulatedCrm).Assembly);
    private static readonly AssemblyFacts Service = AssemblyFacts.Of(Assembly.Load("crmsync"));
    private static readonly AssemblyFacts[] All = [Pipeline, Connectors, Storage, Engine, Simulator, Service];

    private static List<string> OurReferencesBeyond(AssemblyFacts project, params string[] allowed) =>
        [.. project.Assemblies.Where(name => (name.StartsWith("CrmSync.", StringComparison.Ordinal) || name == "crmsync") && !allowed.Contains(name))];

    private static List<string> OutsidersUsing(Func<AssemblyFacts, bool> uses, params AssemblyFacts[] allowed) =>
        [.. All.Where(project => uses(project) && !allowed.Contains(project)).Select(project => project.Name)];

    private static bool UsesAspNet(AssemblyFacts project) => project.Assemblies.Any(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    private static bool UsesQuartz(AssemblyFacts project) => project.Assemblies.Contains("Quartz");

    private static bool UsesDriver(AssemblyFacts project) => project.Assemblies.Contains("Npgsql") || project.Assemblies.Contains("Microsoft.Data.Sqlite");

    private static bool UsesHttpClient(AssemblyFacts project) => project.Types.Contains("System.Net.Http.HttpClient");

    [Fact]
    public void Pipeline_Projects_KnowsNoneOfTheOthers()
    {
        OurReferencesBeyond(Pipeline).ShouldBeEmpty();
        OurReferencesBeyond(Engine).ShouldBe(["CrmSync.Pipeline"]);
    }

    [Fact]
    public void ConnectorsStorageEngine_Projects_KnowOnlyThePipeline()
    {
        OurReferencesBeyond(Connectors, "CrmSync.Pipeline").ShouldBeEmpty();
        OurReferencesBeyond(Storage, "CrmSync.Pipeline").ShouldBeEmpty();
        OurReferencesBeyond(Engine, "CrmSync.Pipeline").ShouldBeEmpty();
        OurReferencesBeyond(Service, "CrmSync.Pipeline").ShouldNotBeEmpty();
    }

    [Fact]
    public void Simulator_Projects_KnowsNoneAndIsKnownByTheServiceAlone()
    {
        OurReferencesBeyond(Simulator).ShouldBeEmpty();
        OutsidersUsing(project => project.Assemblies.Contains("CrmSync.Simulator"), Service).ShouldBeEmpty();
        OutsidersUsing(project => project.Assemblies.Contains("CrmSync.Simulator")).ShouldBe(["crmsync"]);
    }

    [Fact]
    public void HubSpotAndSalesforce_Connectors_DoNotKnowEachOther()
    {
        var assembly = typeof(ConnectionOptions).Assembly;
        NamespaceFacts.NamespacesUsedBy(assembly, "CrmSync.Connectors.HubSpot").ShouldNotContain(used => used.StartsWith("CrmSync.Connectors.Salesforce", StringComparison.Ordinal));
        NamespaceFacts.NamespacesUsedBy(assembly, "CrmSync.Connectors.Salesforce").ShouldNotContain(used => used.StartsWith("CrmSync.Connectors.HubSpot", StringComparison.Ordinal));
        NamespaceFacts.NamespacesUsedBy(assembly, "CrmSync.Connectors").ShouldContain("CrmSync.Connectors.HubSpot", "the walk through method bodies must see what the factory uses");
    }

    [Fact]
    public void HttpClient_Projects_LivesInConnectorsOnly()
    {
        // A simulator that sends webhooks plays the remote side and has to call; that takes one class, and no more may follow it.
        NamespaceFacts.TypesUsing(typeof(ISimulatedCrm).Assembly, typeof(HttpClient)).ShouldBe(["WebhookSender"]);
        // The framework's OAuth handler hands its client to the one who reads who came.
        NamespaceFacts.TypesUsing(Assembly.Load("crmsync"), typeof(HttpClient)).ShouldBeSubsetOf(["SignOnSetup"]);
        OutsidersUsing(UsesHttpClient, Connectors, Simulator, Service).ShouldBeEmpty();
        OutsidersUsing(UsesHttpClient).ShouldBe(["CrmSync.Connectors", "CrmSync.Simulator", "crmsync"]);
    }

    [Fact]
    public void DatabaseDrivers_Projects_LiveInStorageOnly()
    {
        OutsidersUsing(UsesDriver, Storage).ShouldBeEmpty();
        OutsidersUsing(UsesDriver).ShouldBe(["CrmSync.Storage"]);
    }

    [Fact]
    public void Quartz_Projects_LivesInEngineOnly()
    {
        OutsidersUsing(UsesQuartz, Engine).ShouldBeEmpty();
        OutsidersUsing(UsesQuartz).ShouldBe(["CrmSync.Engine"]);
    }

    [Fact]
    public void AspNet_Projects_LivesInServiceAndSimulatorOnly()
    {
        OutsidersUsing(UsesAspNet, Service, Simulator).ShouldBeEmpty();
        OutsidersUsing(UsesAspNet).ShouldBe(["CrmSync.Simulator", "crmsync"]);
    }
}
