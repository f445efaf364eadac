using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Who set a value, from field history where the org keeps one: ActivityFieldHistory for Task and Event (opt-in, minutes late, needs View
/// All Data), the ordinary histories of
/// opportunities and accounts. Values cannot be filtered there, so the last change of the field decides. Thread-safe.
/// </summary>
internal sealed class SalesforceOrigins(SalesforceRows rows, SalesforceSchema schema, SalesforceSessions sessions, string key, ILogger logger)
{
    private static readonly Dictionary<string, History> Histories = new()
    {
        [SalesforceObjectType.Task] = new("ActivityFieldHistory", "ActivityId", "FieldName", "ChangedById", "ChangedDate", FiltersField: false),
        [SalesforceObjectType.Event] = new("ActivityFieldHistory", "ActivityId", "FieldName", "ChangedById", "ChangedDate", FiltersField: false),
        [SalesforceRecordReader.Opportunity] = new("OpportunityFieldHistory", "OpportunityId", "Field", "CreatedById", "CreatedDate", FiltersField: true),
        [SalesforceRecordReader.Account] = new("AccountHistory", "AccountId", "Field", "CreatedById", "CreatedDate", FiltersField: true),
    };

    /// <summary>Origins by normalised id; empty where there is no history, or where it is closed to us.</summary>
    public async Task<Result<IReadOnlyDictionary<string, ValueOrigin>>> ReadAsync(
        string type, IReadOnlyCollection<string> ids, string property, CancellationToken token)
    {
        var nothing = Result.Success<IReadOnlyDictionary<string, ValueOrigin>>(new Dictionary<string, ValueOrigin>());
        if (!Histories.TryGetValue(type, out var history) || ids.Count == 0)
            return nothing;
        var visible = await schema.VisibleAsync(history.Object, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (!visible.Value.ContainsKey(history.Parent))
            return nothing;

        // A big object takes no condition outside its index, so the field is looked for here.
        var found = await rows.ReadAsync(
            $"{history.Parent}, {history.Field}, {history.By}, {history.At}", history.Object, history.Parent, ids,
            history.FiltersField ? $"{history.Field} = '{property}'" : null, $"reading {history.Object}", token);
        if (!found.Succeeded)
            return LeftOut(history.Object, found.Failure) ? nothing : found.Failure;
        var last = Last(found.Value, history, property);
        if (last.Count == 0)
            return nothing;

        var us = await sessions.UserAsync(token);
        if (!us.Succeeded && us.Failure.Code != SalesforceFailures.UserUnknown.Code)
            return us.Failure;
        var kinds = await KindsAsync([.. last.Values.Select(change => change.By).OfType<string>().Where(by => by != us.Value)], token);
        if (!kinds.Succeeded)
            return kinds.Failure;
        // What our own user changed last is no other's edit, whatever it reads now.
        return last.Where(change => change.Value.By is null || change.Value.By != us.Value).ToDictionary(
            change => change.Key,
            change => new ValueOrigin(
                change.Value.By is { } by ? kinds.Value.GetValueOrDefault(by, ValueActor.Unknown) : ValueActor.Unknown, change.Value.At, change.Value.By),
            StringComparer.Ordinal);
    }

    private static Dictionary<string, (string? By, DateTimeOffset At)> Last(IEnumerable<JsonElement> found, History history, string property)
    {
        var last = new Dictionary<string, (string? By, DateTimeOffset At)>(StringComparer.Ordinal);
        foreach (var row in found)
        {
            if (!string.Equals(row.Text(history.Field), property, StringComparison.OrdinalIgnoreCase)
                || SalesforceId.Normalise(row.Text(history.Parent)) is not { } id || SalesforceValues.Instant(row.Text(history.At)) is not { } at)
            {
                continue;
            }

            if (!last.TryGetValue(id, out var known) || at >= known.At)
                last[id] = (SalesforceId.Normalise(row.Text(history.By)), at);
        }

        return last;
    }

    private async Task<Result<IReadOnlyDictionary<string, ValueActor>>> KindsAsync(IReadOnlyCollection<string> users, CancellationToken token)
    {
        var kinds = new Dictionary<string, ValueActor>(StringComparer.Ordinal);
        if (users.Count == 0)
            return kinds;
        var visible = await schema.VisibleAsync("User", token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (!visible.Value.ContainsKey("UserType"))
            return kinds;
        var found = await rows.ReadAsync("Id, UserType", "User", "Id", users, and: null, "asking what kind of users these are", token);
        if (!found.Succeeded)
            return LeftOut("User", found.Failure) ? kinds : found.Failure;
        foreach (var row in found.Value)
        {
            if (SalesforceId.Normalise(row.Text("Id")) is { } id)
                kinds[id] = KindOf(row.Text("UserType"));
        }

        return kinds;
    }

    private static ValueActor KindOf(string? type) =>
        type is null ? ValueActor.Unknown
        : type.Contains("Automated", StringComparison.OrdinalIgnoreCase) || type.Contains("Integration", StringComparison.OrdinalIgnoreCase)
            ? ValueActor.Automation
            : ValueActor.Human;

    // History is evidence, not a need: without it the actor stays unknown.
    private bool LeftOut(string type, Failure failure)
    {
        if (failure.Category is FailureCategory.Retry or FailureCategory.Wait || failure.Code == SalesforceFailures.SessionRefused.Code)
            return false;
        SalesforceLog.PartLeftOut(logger, key, "the field history", type, failure.Code);
        return true;
    }

    private sealed record History(string Object, string Parent, string Field, string By, string At, bool FiltersField);
}
