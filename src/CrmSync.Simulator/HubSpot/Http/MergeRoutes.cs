using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.HubSpot.World;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Merging two records, and deleting a contact for good (fact sheet §9).</summary>
internal sealed class MergeRoutes(Portal portal, RecordJson records, HubSpotSimulatorOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/merge", MergeAsync);
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/gdpr-delete", EraseAsync);
    }

    private async Task MergeAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        using var body = await call.ReadAsync();
        CrmRecord Live(string member) => ApiCall.Text(body.RootElement, member) is { } text && ApiCall.IdOf(text) is { } id
            && portal.Live(type, id) is { } record ? record : throw new ApiRefusal(ApiErrors.NoObject(member));
        var (survivor, merged) = (Live("primaryObjectId"), Live("objectIdToMerge"));
        if (survivor == merged || type.IsActivity)
            throw new ApiRefusal(ApiErrors.Invalid("The two records cannot be merged.", "INVALID_MERGE"));
        portal.Merge(merged, survivor, call.Source);
        call.Items(2);
        await call.AnswerAsync(200, json => records.Write(json, survivor, survivor.Current, new RecordView(portal.Catalog(type), [])));
    }

    private async Task EraseAsync(ApiCall call)
    {
        var type = call.Type;
        if (type != HubSpotObjectType.Contacts)
            throw new ApiRefusal(ApiErrors.NoRoute("POST", call.Context.Request.Path));
        Scopes.RequireWrite(call.Token, type);
        using var body = await call.ReadAsync();
        var identifier = RecordLookup.Identifier(portal.Catalog(type), ApiCall.Text(body.RootElement, "idProperty"));
        var id = ApiCall.Text(body.RootElement, "objectId") ?? "";
        var contact = RecordLookup.Find(portal, type, id, identifier) ?? throw new ApiRefusal(ApiErrors.NoObject(id));
        if (options.GdprErasure == GdprErasure.ContactAndBodies)
            BlankActivities(contact, call.Source);
        portal.Erase(contact, call.Source);
        call.Items(1);
        await call.AnswerEmptyAsync();
    }

    private void BlankActivities(CrmRecord contact, ChangeSource by)
    {
        foreach (var type in HubSpotObjectType.All.Where(t => t.IsActivity))
        {
            foreach (var link in contact.LinksTo(type))
            {
                if (portal.Find(type, link.ToId) is not { } activity)
                    continue;
                var values = new ValueList(portal.Catalog(type));
                ActivityMapping.SetText(values, type, "", "", clear: true);
                portal.Update(activity, values.ToArray(), by);
                activity.Forget();
            }
        }
    }
}
