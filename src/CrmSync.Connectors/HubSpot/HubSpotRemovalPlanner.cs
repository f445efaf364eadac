using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Finds what set-up made: properties by our names in our group, and the group. Changes nothing.</summary>
internal sealed class HubSpotRemovalPlanner(HubSpotSchemaClient schema, CrmTransport transport, string key)
{
    /// <summary>What taking it out would do.</summary>
    public async Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken)
    {
        var names = HubSpotPropertyDefinition.For(wanted).Concat(HubSpotPropertyDefinition.ForAccounts(wanted)).Append(HubSpotPropertyDefinition.SourceActivity).Select(definition => definition.Name).ToHashSet();
        List<SetupStep> steps = [];
        foreach (var type in HubSpotObjectType.All.Select(type => type.Name).Concat(HubSpotTypeSchema.Holders))
        {
            var read = await HubSpotTypeSchema.ReadAsync(schema, transport, key, type, cancellationToken);
            if (read.Succeeded)
            {
                if (await AddAsync(read.Value, names, steps, cancellationToken) is { } failure)
                    return failure;
            }
            else if (read.Failure.Code == HubSpotFailures.ScopeMissing.Code)
            {
                steps.Add(new SetupStep(
                    SetupAction.Blocked, type, HubSpotPropertyDefinition.Group, $"{read.Failure.Message} {read.Failure.Fix}"));
            }
            else
            {
                return read.Failure;
            }
        }

        return new SetupPlan(steps);
    }

    private async Task<Failure?> AddAsync(HubSpotTypeSchema found, HashSet<string> names, List<SetupStep> steps, CancellationToken cancellationToken)
    {
        var (type, group) = (found.Type, HubSpotPropertyDefinition.Group);
        var others = found.Properties.Values.Count(property => property.Text("groupName") == group);
        foreach (var name in names.Where(found.Properties.ContainsKey))
        {
            var inGroup = found.Properties[name].Text("groupName");
            var isOurs = inGroup == group && !found.Properties[name].IsTrue("hubspotDefined");
            others -= isOurs ? 1 : 0;
            steps.Add(isOurs
                ? new SetupStep(SetupAction.Remove, type, name, $"Archive {type}.{name} with the values in it; HubSpot keeps it for 90 days.")
                : new SetupStep(SetupAction.Keep, type, name, $"{type}.{name} stands in the group '{inGroup}', so it was not made by set-up and stays."));
        }

        var groups = await transport.CallAsync(
            CallKind.Read, $"reading property groups of {type}", token => schema.GroupsAsync(type, token), cancellationToken);
        if (!groups.Succeeded)
            return groups.Failure;
        if (groups.Value.Body.Items("results").Any(item => item.Text("name") == group && !item.IsTrue("archived")))
        {
            steps.Add(others == 0
                ? new SetupStep(SetupAction.Remove, type, group, $"Remove the property group '{group}' of {type}.")
                : new SetupStep(SetupAction.Keep, type, group, $"The property group '{group}' of {type} holds {others} other properties and stays."));
        }

        return null;
    }
}
