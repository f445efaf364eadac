using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Bulk;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;
using CrmSync.Simulator.Salesforce.Trouble;
using Microsoft.AspNetCore.Builder;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>The parts behind the routes, and the routes.</summary>
internal sealed class SalesforceServer
{
    private volatile OrgParts _current;

    public SalesforceServer(SalesforceSimulatorOptions options, TimeProvider clock)
    {
        Options = options;
        Clock = clock;
        Dials = new FaultBoard(options.Seed);
        Home = _current = new OrgParts(options, clock, Dials, number: 0);
        Sessions = new SessionStore(options, () => Org.OrgId, clock);
        Usage = new ApiUsage(options, clock);
        Cursors = new CursorStore(options, clock);
        Bulk = new BulkStore(this);
        Pipeline = new SalesforcePipeline(this);
        SalesforceDials.Offer(this, new OrgTrouble(this));
    }

    public SalesforceSimulatorOptions Options { get; }

    public TimeProvider Clock { get; }

    /// <summary>The org that worlds are loaded into.</summary>
    public OrgParts Home { get; }

    /// <summary>The org that sessions are of: home, save while a dial says otherwise.</summary>
    public SalesforceOrg Org => _current.Org;

    public ReadTrouble Reading => _current.Reading;

    public SoqlEngine Soql => _current.Soql;

    public RecordWriter Writer => _current.Writer;

    public Setup.CustomFieldStore Fields => _current.Fields;

    public SessionStore Sessions { get; }

    public ApiUsage Usage { get; }

    public CursorStore Cursors { get; }

    public BulkStore Bulk { get; }

    public SalesforcePipeline Pipeline { get; }

    public FaultPlan Faults { get; } = new();

    public FaultBoard Dials { get; }

    public CallLog Calls { get; } = new();

    /// <summary>Ends all sessions; the next are of an empty org of somebody else, or of home again.</summary>
    public void Move(bool foreign)
    {
        _current = foreign ? new OrgParts(Options, Clock, Dials, number: 1) : Home;
        Sessions.ExpireAll();
        Cursors.LoseAll();
    }

    public void Map(WebApplication app)
    {
        Pipeline.Use(app);
        new TokenEndpoint(this).Map(app);
        new DirectoryEndpoint(this).Map(app);
        new QueryEndpoint(this).Map(app);
        new DescribeEndpoint(this).Map(app);
        new ChangesEndpoint(this).Map(app);
        new RecordEndpoint(this).Map(app);
        new CollectionEndpoint(this).Map(app);
        new CompositeEndpoint(this).Map(app);
        new ToolingEndpoint(this).Map(app);
        new BulkQueryEndpoint(this).Map(app);
        new BulkIngestEndpoint(this).Map(app);
    }
}
