using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Creates our properties on the five activity types, and on deals, companies and contacts where HubSpot refuses them on an activity type. Thread-safe.
/// </summary>
internal sealed class HubSpotPropertySetup(
    HubSpotSchemaClient schema, CrmTransport transport, string key, TimeProvider time, ILogger logger) : IPropertySetup
{
    private readonly HubSpotRefusals _refusals = new(time);
    private readonly HubSpotPropertyChanges _changes = new(schema, transport, key);
    private volatile IReadOnlyList<LabelProperty>? _wanted;

    /// <summary>The labels that were last asked about; null before. <c>doctor</c> compares with them.</summary>
    public IReadOnlyList<LabelProperty>? Wanted => _wanted;

    /// <inheritdoc/>
    public Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken)
    {
        _wanted = wanted;
        return new HubSpotPropertyPlanner(schema, transport, _refusals, key).PlanAsync(wanted, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<SetupPlan>> PlanRemovalAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        new HubSpotRemovalPlanner(schema, transport, key).PlanAsync(wanted, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, LabelPlace>>> ReadPlacesAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken)
    {
        _wanted = wanted;
        return new HubSpotLabelPlaces(schema, transport, key, time).ReadAsync(wanted, cancellationToken);
    }

    /// <summary>
    /// Carries out a plan. Answers the steps that were tried; one that HubSpot refused comes back as blocked, with the failure. Where properties of an activity type
    /// were refused, the steps that create them on deals, companies and contacts follow.
    /// </summary>
    public async Task<Result<IReadOnlyList<SetupOutcome>>> ApplyAsync(SetupPlan plan, CancellationToken cancellationToken)
    {
        var run = new Run();
        await ApplyAsync(plan.Steps, run, cancellationToken);
        if (plan.Steps.Any(step => step.Action == SetupAction.Remove))
            _refusals.Clear();
        if (run.Closed is null && run.Outcomes.Exists(IsRefusedActivity))
        {
            var definitions = plan.Steps.Where(step => !HubSpotTypeSchema.Holders.Contains(step.ObjectType)).Select(step => step.Payload).OfType<HubSpotPropertyDefinition>().DistinctBy(definition => definition.Name).ToList();
            var holders = await new HubSpotPropertyPlanner(schema, transport, _refusals, key).PlanHoldersAsync(definitions, cancellationToken);
            if (!holders.Succeeded)
                return holders.Failure;
            await ApplyAsync(holders.Value, run, cancellationToken);
        }

        return run.Outcomes;
    }

    private async Task ApplyAsync(IReadOnlyList<SetupStep> steps, Run run, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            if (step.Action is SetupAction.Keep or SetupAction.Blocked)
                continue;
            var failure = run.Closed ?? run.ClosedTypes.GetValueOrDefault(step.ObjectType);
            failure ??= await Patience.OfSetup.WithAsync(() => _changes.ApplyAsync(step, cancellationToken), time, cancellationToken);
            // A revoked token or a used-up day refuses every further step, too.
            if (failure?.Category == FailureCategory.Wait || failure?.Code == HubSpotFailures.TokenRefused.Code || failure?.Code == HubSpotFailures.GrantDead.Code)
                run.Closed = failure;
            if (failure is not null && failure.Code == HubSpotFailures.PropertyRefused.Code)
            {
                // One refused scope refuses everything on that type; asking again for each property only costs requests.
                if (failure.RemoteMessage?.Contains("scope", StringComparison.OrdinalIgnoreCase) == true)
                    run.ClosedTypes[step.ObjectType] = failure;
                _refusals.Add(step.ObjectType, step.Subject, $"{failure.Message} {failure.Fix}");
            }

            // What only a person can change is no failure of the run, which is to be repeated.
            var blocked = failure is { Category: FailureCategory.Reject }
                || failure?.Code == HubSpotFailures.PropertyUnsuitable.Code || failure?.Code == HubSpotFailures.ScopeMissing.Code;
            var done = blocked ? step with { Action = SetupAction.Blocked, Sentence = $"{failure!.Message} {failure.Fix}" } : step;
            ConnectorLog.SetUp(logger, key, step.Action.ToString(), step.Subject, step.ObjectType, failure?.Code ?? "done");
            run.Outcomes.Add(new SetupOutcome(done, failure));
        }
    }

    private static bool IsRefusedActivity(SetupOutcome outcome) =>
        outcome.Failure?.Code == HubSpotFailures.PropertyRefused.Code && outcome.Step.Payload is HubSpotPropertyDefinition
        && !HubSpotTypeSchema.Holders.Contains(outcome.Step.ObjectType);

    private sealed class Run
    {
        public List<SetupOutcome> Outcomes { get; } = [];

        public Failure? Closed { get; set; }

        public Dictionary<string, Failure> ClosedTypes { get; } = new(StringComparer.Ordinal);
    }
}
