using System.Text.RegularExpressions;
using CrmSync.Connectors;
using CrmSync.Connectors.Http;
using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class RegistrationTests
{
    [Fact]
    public void AddCrmConnectors_TwoConnections_AreFoundByKeyInTheirOrder()
    {
        using var provider = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddCrmConnectors([HubSpot("hubspot-main"), Salesforce("salesforce-main")]).BuildServiceProvider();

        var catalog = provider.GetRequiredService<IConnectorCatalog>();

        catalog.All.Select(connector => (connector.Key, connector.Kind)).ShouldBe([("hubspot-main", "hubspot"), ("salesforce-main", "salesforce")]);
        catalog.Find("salesforce-main").ShouldBe(catalog.All[1]);
        catalog.Find("nobody").ShouldBeNull();
    }

    [Fact]
    public void AddCrmConnectors_ManyFaults_NamesAllOfThemAtOnce()
    {
        var message = Should.Throw<ArgumentException>(() => new ServiceCollection().AddCrmConnectors(
        [
            new ConnectionOptions { Key = "Main", Kind = "hubspot", HubSpot = new HubSpotOptions { Token = "t" } },
            new ConnectionOptions { Key = "crm", Kind = "pipedrive" },
            new ConnectionOptions { Key = "crm", Kind = "salesforce" },
            new ConnectionOptions
            {
                Key = "sf", Kind = "salesforce",
                Salesforce = new SalesforceOptions { LoginAddress = new Uri("https://login.salesforce.com"), ApiVersion = "latest", Budget = new() { DayShare = 2 } },
            },
        ])).Message;

        foreach (var part in new[]
        {
            "(Main):Key", "'pipedrive', but must be hubspot or salesforce", "Connections:2 (crm):Key stands twice", "(crm):Salesforce is missing",
            "login.salesforce.com, which refuses", "no ClientId", "no ClientSecret", "'latest'", "DayShare",
        })
            message.ShouldContain(part);
        message.Split(Environment.NewLine).Length.ShouldBeGreaterThanOrEqualTo(9);
    }

    [Theory]
    [InlineData("https://api.example.com", true)]
    [InlineData("http://127.0.0.1:5081", true)]
    [InlineData("http://api.example.com", false)]
    [InlineData("ftp://api.example.com", false)]
    [InlineData("https://user:word@api.example.com", false)]
    public void Fault_Address_OnlyLetsATokenTravelSafely(string address, bool safe) => (SafeAddress.Fault(new Uri(address)) is null).ShouldBe(safe);

    [Fact]
    public void Registry_EveryFailure_HasACodeOfItsOwnASentenceAndAWayOut()
    {
        (string Prefix, IReadOnlyList<FailureKind> Kinds, Type Table)[] tables =
        [
            ("http", HttpFailures.All, typeof(HttpFailures)), ("hubspot", HubSpotFailures.All, typeof(HubSpotFailures)),
            ("salesforce", SalesforceFailures.All, typeof(SalesforceFailures)),
        ];
        foreach (var (prefix, kinds, table) in tables)
        {
            kinds.Count.ShouldBe(table.GetFields().Count(field => field.FieldType == typeof(FailureKind)));
            kinds.Select(kind => kind.Code).Distinct().Count().ShouldBe(kinds.Count);
            kinds.ShouldAllBe(kind => Regex.IsMatch(kind.Code, $"^{prefix}\\.[a-z_]+$", RegexOptions.NonBacktracking));
            kinds.ShouldAllBe(kind => !kind.Sentence.EndsWith('.') && kind.Fix.EndsWith('.'));
        }
    }

    [Fact]
    public void RecordLink_KnownAccount_LeadsToTheCrmsOwnPage()
    {
        using var salesforce = SalesforceConnector.Create(Salesforce("s1").Salesforce!, "s1", TimeProvider.System, NullLoggerFactory.Instance);
        salesforce.RecordLink("Task", "00T000000000001").ShouldBe(new Uri("https://example.my.salesforce.com/00T000000000001EAA"));
        using var hubspot = HubSpotConnector.Create(HubSpot("h1").HubSpot!, "h1", TimeProvider.System, NullLoggerFactory.Instance);
        hubspot.RecordLink("notes", "7").ShouldBeNull();
    }

    [Fact]
    public async Task RecordLink_AfterACheck_NamesTheAccount()
    {
        using var crm = new ScriptedCrm { Otherwise = _ => ScriptedCrm.Answer(200, """{"portalId":42,"uiDomain":"app-eu1.hubspot.com"}""") };
        using var hubspot = HubSpotConnector.Create(HubSpot("h1").HubSpot!, "h1", new JumpingClock(), NullLoggerFactory.Instance, crm);
        await hubspot.CheckAsync(TestContext.Current.CancellationToken);

        hubspot.RecordLink("notes", "7").ShouldBe(new Uri("https://app-eu1.hubspot.com/contacts/42/record/0-46/7"));
        hubspot.RecordLink("unheard of", "7").ShouldBeNull();
    }

    private static ConnectionOptions HubSpot(string key) => new() { Key = key, Kind = "hubspot", HubSpot = new HubSpotOptions { Token = "t" } };

    private static ConnectionOptions Salesforce(string key) => new()
    {
        Key = key, Kind = "salesforce",
        Salesforce = new SalesforceOptions { LoginAddress = new Uri("https://example.my.salesforce.com"), ClientId = "c", ClientSecret = "s" },
    };
}
