using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Judges where the labels of each activity object live. Thread-safe.</summary>
internal sealed class SalesforcePlaces(SalesforceSchema schema)
{
    private static readonly string[] Parents = [SalesforceRecordReader.Opportunity, SalesforceRecordReader.Account];

    /// <summary>A place for every activity object that the org has.</summary>
    public async Task<Result<IReadOnlyDictionary<string, LabelPlace>>> ReadAsync(IReadOnlyList<LabelProperty> all, CancellationToken token)
    {
        // Labels of accounts stand on Account, whatever activities can hold.
        IReadOnlyList<LabelProperty> wanted = [.. all.Where(label => !label.IsOfAccounts)];
        var places = new Dictionary<string, LabelPlace>(StringComparer.Ordinal)
        {
            [SalesforceObjectType.Task] = LabelPlace.OnActivity, [SalesforceObjectType.Event] = LabelPlace.OnActivity,
        };
        var tasks = await schema.FieldsAsync(SalesforceObjectType.Task, freshest: null, token);
        if (!tasks.Succeeded)
            return tasks.Failure;
        // Before the first set-up nothing holds labels yet, and everything could.
        var isSetUp = Holds(tasks.Value, wanted);
        var emails = await schema.VisibleAsync(SalesforceObjectType.EmailMessage, token);
        var notes = emails.Succeeded ? await schema.VisibleAsync(SalesforceObjectType.ContentNote, token) : emails;
        if (!notes.Succeeded)
            return notes.Failure;
        if (emails.Value!.Count > 0)
        {
            places[SalesforceObjectType.EmailMessage] = !isSetUp || Holds(emails.Value, wanted)
                ? LabelPlace.OnActivity
                : new LabelPlace(LabelPlaceKind.Nowhere, [], 
                    "EmailMessage has no label fields that we may edit; set-up creates them. Mails that are tasks, too, hold theirs on the task.");
        }

        if (notes.Value.Count > 0)
        {
            var parents = await ParentsAsync(wanted, isSetUp, token);
            if (!parents.Succeeded)
                return parents.Failure;
            places[SalesforceObjectType.ContentNote] = parents.Value.Count > 0
                ? new LabelPlace(LabelPlaceKind.Linked, parents.Value,
                    $"Salesforce lets nobody add fields to notes; their labels stand on the {string.Join(" or ", parents.Value)} that they are attached to.")
                : new LabelPlace(LabelPlaceKind.Nowhere, [],
                    "Salesforce lets nobody add fields to notes, and neither Opportunity nor Account has label fields that we may edit.");
        }

        return places;
    }

    private async Task<Result<IReadOnlyList<string>>> ParentsAsync(IReadOnlyList<LabelProperty> wanted, bool isSetUp, CancellationToken token)
    {
        List<string> parents = [];
        foreach (var type in Parents)
        {
            var fields = await schema.VisibleAsync(type, token);
            if (!fields.Succeeded)
                return fields.Failure;
            if (fields.Value.Count > 0 && (!isSetUp || Holds(fields.Value, wanted, SalesforcePropertyNames.Instance.SourceActivity)))
                parents.Add(type);
        }

        return Result.Success<IReadOnlyList<string>>(parents);
    }

    private static bool Holds(IReadOnlyDictionary<string, SalesforceField> fields, IReadOnlyList<LabelProperty> wanted, params string[] also) =>
        wanted.Select(label => label.Name).Concat(also).All(name => fields.TryGetValue(name, out var field) && field.Updateable);
}
