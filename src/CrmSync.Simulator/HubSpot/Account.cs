using CrmSync.Simulator.HubSpot.Faults;
using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.HubSpot.Search;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot;

/// <summary>One account: its state and the routes over it.</summary>
internal sealed class Account
{
    private readonly HubSpotSimulatorOptions _options;
    private readonly TimeProvider _clock;

    public Account(HubSpotSimulatorOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        Portal = new Portal(options, clock);
        Writes = new RecordWrites(Portal, options);
    }

    public Portal Portal { get; }

    public RecordWrites Writes { get; }

    public void Map(IEndpointRouteBuilder routes)
    {
        var records = new RecordJson(Portal, _options);
        var answers = new BatchAnswer(Portal, _options);
        var meanwhile = new MeanwhileFaults(Portal);
        new MergeRoutes(Portal, records, _options).Map(routes);
        new ObjectRoutes(Portal, records, Writes, meanwhile, _options).Map(routes);
        new BatchRoutes(Portal, records, Writes, answers, _options).Map(routes);
        new BatchWriteRoutes(Portal, records, Writes, answers, meanwhile, _options).Map(routes);
        new SearchRoutes(Portal, records, Writes, new SearchRunner(Portal, _options.Seed), _options).Map(routes);
        new AssociationRoutes(Portal, answers, _options).Map(routes);
        new LabelRoutes(Portal).Map(routes);
        new PropertyRoutes(Portal, answers, _options).Map(routes);
        new GroupRoutes(Portal, _options).Map(routes);
        new OwnerRoutes(Portal).Map(routes);
        PipelineRoutes.Map(routes);
        new AccountRoutes(Portal, _options, _clock).Map(routes);
    }
}
