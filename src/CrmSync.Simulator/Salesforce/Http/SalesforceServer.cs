using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Setup;
using CrmSync.Simulator.Salesforce.Soql;
using Microsoft.AspNetCore.Builder;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>The parts behind the routes, and the routes.</summary>
internal sealed class SalesforceServer
{
    public SalesforceServer(SalesforceSimulatorOptions options, TimeProvider clock)
    {
        Options = options;
        Clock = clock;
        Org = new SalesforceOrg(clock);
        Soql = new SoqlEngine(Org);
        Setup = new OrgSetup(Org);
        Writer = new RecordWriter(Org, Setup, Faults);
        Sessions = new SessionStore(options, Org.OrgId, clock);
        Usage = new ApiUsage(options, clock);
        Cursors = new CursorStore(options, clock);
    }

    public SalesforceSimulatorOptions Options { get; }

    public TimeProvider Clock { get; }

    public SalesforceOrg Org { get; }

    public SoqlEngine Soql { get; }

    public OrgSetup Setup { get; }

    public RecordWriter Writer { get; }

    public SessionStore Sessions { get; }

    public ApiUsage Usage { get; }

    public CursorStore Cursors { get; }

    public SalesforceFaults Faults { get; } = new();

    public CallLog Calls { get; } = new();

    public void Map(WebApplication app)
    {
        app.Use((context, next) => new SalesforcePipeline(this).InvokeAsync(context, next));
        new TokenEndpoint(this).Map(app);
        new DirectoryEndpoint(this).Map(app);
        new QueryEndpoint(this).Map(app);
        new DescribeEndpoint(this).Map(app);
        new ChangesEndpoint(this).Map(app);
        new RecordEndpoint(this).Map(app);
        new CollectionEndpoint(this).Map(app);
        new ToolingEndpoint(this).Map(app);
    }
}
