using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Enhanced Email keeps a mail twice: as a Task, and as an EmailMessage whose ActivityId names that Task. The Task is the activity; this
/// joins the two, from either side. Thread-safe.
/// </summary>
internal sealed class SalesforceEmails(SalesforceRows rows, SalesforceSchema schema)
{
    /// <summary>Status of a mail that has not been sent.</summary>
    public const string Draft = "5";

    private static readonly SalesforceObjectType Tasks = SalesforceObjectType.Of(SalesforceObjectType.Task);
    private static readonly string[] Joined = ["TextBody", "HtmlBody", "Incoming", "CreatedDate"];

    /// <summary>The EmailMessages of those rows of Task that are mails, by the Task's id; empty where the org keeps none.</summary>
    /// <param name="tasks">Rows of Task.</param>
    /// <param name="withBody">Whether their texts are needed.</param>
    /// <param name="token">Stops the call.</param>
    public async Task<Result<IReadOnlyDictionary<string, JsonElement>>> TwinsAsync(
        IEnumerable<JsonElement> tasks, bool withBody, CancellationToken token)
    {
        var mails = tasks.Where(SalesforceActivityMapper.IsMail).Select(row => SalesforceId.Normalise(row.Text("Id"))).OfType<string>().ToList();
        if (mails.Count == 0)
            return Result.Success<IReadOnlyDictionary<string, JsonElement>>(new Dictionary<string, JsonElement>());
        var visible = await schema.VisibleAsync(SalesforceObjectType.EmailMessage, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (!visible.Value.ContainsKey("ActivityId"))
            return Result.Success<IReadOnlyDictionary<string, JsonElement>>(new Dictionary<string, JsonElement>());

        var select = string.Join(", ", Joined.Where(field => withBody && visible.Value.ContainsKey(field)).Prepend("ActivityId").Prepend("Id"));
        var found = await rows.ReadAsync(
            select, SalesforceObjectType.EmailMessage, "ActivityId", mails, "IsDeleted = false", "reading the mails of tasks", token);
        return found.Succeeded ? Result.Success(ByTask(found.Value)) : found.Failure;
    }

    /// <summary>The Tasks of some EmailMessages, whole, by their ids.</summary>
    public async Task<Result<IReadOnlyDictionary<string, JsonElement>>> TasksAsync(IReadOnlyCollection<string> ids, CancellationToken token)
    {
        if (ids.Count == 0)
            return Result.Success<IReadOnlyDictionary<string, JsonElement>>(new Dictionary<string, JsonElement>());
        var visible = await schema.FieldsAsync(SalesforceObjectType.Task, freshest: null, token);
        if (!visible.Succeeded)
            return visible.Failure;
        var found = await rows.ReadAsync(
            Tasks.Select(visible.Value), SalesforceObjectType.Task, "Id", ids, "IsDeleted = false", "reading the tasks of mails", token);
        if (!found.Succeeded)
            return found.Failure;
        var byId = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var row in found.Value)
        {
            if (SalesforceId.Normalise(row.Text("Id")) is { } id)
                byId[id] = row;
        }

        return byId;
    }

    /// <summary>
    /// Rows of EmailMessage by the Task that they belong to. Of several, the lowest id wins, so that a second look gives the same one.
    /// </summary>
    public static IReadOnlyDictionary<string, JsonElement> ByTask(IEnumerable<JsonElement> emails) =>
        emails.Select(row => (Row: row, Task: SalesforceId.Normalise(row.Text("ActivityId")), Id: SalesforceId.Normalise(row.Text("Id"))))
            .Where(email => email.Task is not null && email.Id is not null)
            .GroupBy(email => email.Task!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.MinBy(email => email.Id, StringComparer.Ordinal).Row, StringComparer.Ordinal);
}
