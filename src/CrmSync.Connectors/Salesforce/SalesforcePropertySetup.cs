using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Creates our fields through the Tooling API, grants them to our own user and to those who shall see them by two permission sets, and lets
/// describe prove that they are there.
/// </summary>
internal sealed class SalesforcePropertySetup(
    SalesforceSetupPlanner planner, SalesforceSetupSteps steps, SalesforceSchema schema, CrmTransport transport, string key, TimeProvider time, ILogger logger) : IPropertySetup
{
    /// <inheritdoc/>
    public Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "planning set-up", token => planner.PlanAsync(wanted, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<SetupPlan>> PlanRemovalAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "planning removal", token => planner.PlanRemovalAsync(wanted, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, LabelPlace>>> ReadPlacesAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        transport.CallAsync(
            CallKind.Read, "asking where labels live", token => new SalesforcePlaces(schema).ReadAsync(wanted, token), cancellationToken);

    /// <summary>
    /// Carries out a plan. Answers the steps that were tried; one that Salesforce refused comes back as blocked, with the failure.
    /// </summary>
    public async Task<Result<IReadOnlyList<SetupOutcome>>> ApplyAsync(SetupPlan plan, CancellationToken cancellationToken)
    {
        List<SetupOutcome> outcomes = [];
        Failure? closed = null;
        foreach (var step in plan.Steps.Where(step => step.Action is not (SetupAction.Keep or SetupAction.Blocked)))
        {
            var failure = closed ?? await Patience.OfSetup.WithAsync(() => ApplyAsync(step, cancellationToken), time, cancellationToken);
            // A refused sign-in, another org or a used-up day refuses every further step, too.
            if (failure?.Category == FailureCategory.Wait || failure?.Code == SalesforceFailures.LoginRefused.Code
                || failure?.Code == SalesforceFailures.WrongAccount.Code)
            {
                closed = failure;
            }

            ConnectorLog.SetUp(logger, key, step.Action.ToString(), step.Subject, step.ObjectType, failure?.Code ?? "done");
            outcomes.Add(new SetupOutcome(failure is null ? step : Marked(step, failure), failure));
        }

        schema.Forget();
        var proven = await transport.CallAsync(CallKind.Read, "proving set-up", token => ProveAsync(outcomes, token), cancellationToken);
        return proven.Succeeded ? proven : outcomes;
    }

    private async Task<Failure?> ApplyAsync(SetupStep step, CancellationToken cancellationToken)
    {
        var result = await transport.CallAsync(CallKind.Write, $"setting up {step.ObjectType}.{step.Subject}", async token =>
            await steps.ApplyAsync(step, token) is { } failure ? failure : Result.Success(true), cancellationToken);
        return result.Failure;
    }

    private async Task<Result<IReadOnlyList<SetupOutcome>>> ProveAsync(List<SetupOutcome> outcomes, CancellationToken token)
    {
        List<SetupOutcome> proven = [];
        foreach (var outcome in outcomes)
        {
            if (outcome is not { Failure: null, Step: { Action: SetupAction.Grant, Payload: FieldGrant { Set: SalesforceGrants.Integration } grant } })
            {
                proven.Add(outcome);
                continue;
            }

            var fields = await schema.FieldsAsync(outcome.Step.ObjectType, freshest: null, token);
            if (!fields.Succeeded)
                return fields.Failure;
            proven.Add(SalesforceSetupPlanner.IsEditable(fields.Value, grant.Field)
                ? outcome
                : outcome with
                {
                    Failure = SalesforceFailures.FieldInvisible.At(new CallPlace(key, $"setting up {outcome.Step.ObjectType}.{outcome.Step.Subject}")),
                });
        }

        return Result.Success<IReadOnlyList<SetupOutcome>>(proven);
    }

    private static SetupStep Marked(SetupStep step, Failure failure) =>
        failure.Code == SalesforceFailures.FieldRefused.Code || failure.Code == SalesforceFailures.FieldUnsuitable.Code
        || failure.Code == SalesforceFailures.RemovalRefused.Code
            ? step with { Action = SetupAction.Blocked, Sentence = $"{failure.Message} {failure.Fix}" }
            : step;
}
