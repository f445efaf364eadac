using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Activities: Task and Event everywhere, EmailMessage and ContentNote where the org has them. A mail that Salesforce keeps as Task and as
/// EmailMessage is one
/// activity, the Task; a scan of EmailMessage gives the Tasks of changed mails again, because the text may arrive after the Task.
/// </summary>
internal sealed class SalesforceActivityReader(
    SalesforceRowScan scan, SalesforceGone gone, SalesforceForecast forecast, SalesforceEmails emails, SalesforceNotes notes, SalesforceRows rows,
    SalesforceSchema schema, CrmTransport transport) : IActivityReader
{
    private const int LinksLimit = 1_000;
    private static readonly string[] LinkFields = ["WhoId", "WhatId", "AccountId", "RelatedToId", "TaskSubtype", "Type"];

    /// <inheritdoc/>
    public IReadOnlyList<string> ObjectTypes { get; } = [.. SalesforceObjectType.All.Select(type => type.Name)];

    /// <summary>
    /// False: links are fields of the activity, and changing one moves its modified time. Only those of a ContentNote are records of their
    /// own.
    /// </summary>
    public bool LinksAreQuiet => false;

    /// <inheritdoc/>
    public Task<Result<ScanPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var type = SalesforceObjectType.Of(window.ObjectType);
        return transport.CallAsync(CallKind.Read, $"scanning {type.Name}", token => ReadAsync(type, window, position, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<GonePage>> ReadGoneAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var type = SalesforceObjectType.Of(window.ObjectType);
        return transport.CallAsync(
            CallKind.Read, $"looking for deleted {type.Name}", token => gone.ReadAsync(type, window, position, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, IReadOnlyList<Association>>>> ReadLinksAsync(
        string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var type = SalesforceObjectType.Of(objectType);
        if (ids.Count > LinksLimit)
            throw new ArgumentException($"{ids.Count} records are above the limit of {LinksLimit}.", nameof(ids));
        return transport.CallAsync(CallKind.Read, $"reading links of {type.Name}", token => LinksAsync(type, ids, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<ReadForecast>> ForecastAsync(ScanWindow window, CancellationToken cancellationToken)
    {
        var type = SalesforceObjectType.Of(window.ObjectType);
        return transport.CallAsync(CallKind.Read, $"counting {type.Name}", token => forecast.ReadAsync(type, window, token), cancellationToken);
    }

    private async Task<Result<ScanPage>> ReadAsync(SalesforceObjectType type, ScanWindow window, string? position, CancellationToken token)
    {
        if (!type.IsAlwaysThere)
        {
            var visible = await schema.VisibleAsync(type.Name, token);
            if (!visible.Succeeded)
                return visible.Failure;
            if (visible.Value.Count == 0)
                return new ScanPage([], null);
        }

        var page = await scan.ReadAsync(new RowQuery(type.Name, type.Select, Living, type.IsForBulk, type.MostRows), window, position, token);
        if (!page.Succeeded)
            return !type.IsAlwaysThere && page.Failure.Code == SalesforceFailures.ObjectMissing.Code ? new ScanPage([], null) : page.Failure;

        return await GatherAsync(type, page.Value, position, window.To, token);
    }

    /// <summary>Makes activities of rows, whichever way they were read.</summary>
    /// <param name="type">Type of the rows.</param>
    /// <param name="page">The rows, and where they go on.</param>
    /// <param name="position">Where they begin; null where they are no scan's.</param>
    /// <param name="fallback">Instant for rows whose own are unreadable.</param>
    /// <param name="token">Stops the call.</param>
    internal async Task<Result<ScanPage>> GatherAsync(
        SalesforceObjectType type, RowPage page, string? position, DateTimeOffset fallback, CancellationToken token)
    {
        var harvest = new SalesforceHarvest(fallback);
        if (type.Name == SalesforceObjectType.ContentNote)
            return await AddNotesAsync(harvest, type, page, position, token);
        var failure = type.Name == SalesforceObjectType.EmailMessage
            ? await AddEmailsAsync(harvest, type, page.Rows, token)
            : await AddAsync(harvest, type, page.Rows, token);
        return failure is null ? harvest.ToPage(page.Position) : failure;
    }

    private async Task<Failure?> AddAsync(SalesforceHarvest harvest, SalesforceObjectType type, IReadOnlyList<JsonElement> found, CancellationToken token)
    {
        IReadOnlyDictionary<string, JsonElement> twins = new Dictionary<string, JsonElement>();
        if (type.Name == SalesforceObjectType.Task)
        {
            var joined = await emails.TwinsAsync(found, withBody: true, token);
            if (!joined.Succeeded)
                return joined.Failure;
            twins = joined.Value;
        }

        foreach (var row in found)
            harvest.Add(type, row, Twin(row, twins));
        return null;
    }

    private async Task<Failure?> AddEmailsAsync(
        SalesforceHarvest harvest, SalesforceObjectType type, IReadOnlyList<JsonElement> found, CancellationToken token)
    {
        var twins = SalesforceEmails.ByTask(found);
        var tasks = await emails.TasksAsync([.. twins.Keys], token);
        if (!tasks.Succeeded)
            return tasks.Failure;
        var task = SalesforceObjectType.Of(SalesforceObjectType.Task);
        foreach (var row in found)
        {
            // A Task that is deleted, or closed to us, leaves the mail to stand for itself.
            if (SalesforceId.Normalise(row.Text("ActivityId")) is { } id && tasks.Value.TryGetValue(id, out var owner))
            {
                harvest.Skip("twin_of_task");
                harvest.Add(task, owner, Twin(owner, twins));
            }
            else if (row.Text("Status") == SalesforceEmails.Draft)
            {
                harvest.Skip("draft");
            }
            else
            {
                harvest.Add(type, row, twin: null);
            }
        }

        return null;
    }

    private async Task<Result<ScanPage>> AddNotesAsync(
        SalesforceHarvest harvest, SalesforceObjectType type, RowPage page, string? position, CancellationToken token)
    {
        var links = await notes.LinksAsync([.. page.Rows.Select(row => SalesforceId.Normalise(row.Text("Id"))).OfType<string>()], token);
        if (!links.Succeeded)
            return links.Failure;
        var hasTime = notes.Patience();
        var last = position is null ? SalesforceScanPosition.Start : SalesforceScanPosition.Parse(position)!;
        foreach (var row in page.Rows)
        {
            // Every text is a request: a page that takes too long ends early, after the last row that is whole.
            if (!hasTime() && last.Id is not null && last.ToString() != position)
                return harvest.ToPage(last.ToString());
            if (SalesforceActivityMapper.Map(type, row, harvest.Fallback) is not { } note)
                continue;
            var text = await notes.TextAsync(row, token);
            if (!text.Succeeded)
                return text.Failure;
            if (text.Value is null)
                harvest.Skip("unreadable");
            else
                harvest.Add(note with { Content = note.Content with { Body = text.Value }, Associations = links.Value[note.ExternalId] });
            last = SalesforceRowScan.After(row, last) ?? last;
        }

        return harvest.ToPage(page.Position);
    }

    private async Task<Result<IReadOnlyDictionary<string, IReadOnlyList<Association>>>> LinksAsync(
        SalesforceObjectType type, IReadOnlyList<string> ids, CancellationToken token)
    {
        var visible = type.IsAlwaysThere
            ? await schema.FieldsAsync(type.Name, freshest: null, token)
            : await schema.VisibleAsync(type.Name, token);
        if (!visible.Succeeded)
            return visible.Failure;
        var links = new Dictionary<string, IReadOnlyList<Association>>(StringComparer.Ordinal);
        var asked = ids.Select(id => (Own: id, Known: SalesforceId.Normalise(id))).Where(id => id.Known is not null)
            .GroupBy(id => id.Known!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Own, StringComparer.Ordinal);
        if (visible.Value.Count == 0 || asked.Count == 0)
            return links;

        var select = string.Join(", ", LinkFields.Where(visible.Value.ContainsKey).Prepend("Id"));
        var found = await rows.ReadAsync(
            select, type.Name, "Id", asked.Keys, Living(visible.Value) is { Length: > 0 } living ? living[" AND ".Length..] : null,
            $"reading links of {type.Name}", token);
        if (!found.Succeeded)
            return found.Failure;
        var attached = type.Name == SalesforceObjectType.ContentNote
            ? await notes.LinksAsync(asked.Keys, token)
            : Result.Success<IReadOnlyDictionary<string, List<Association>>>(new Dictionary<string, List<Association>>());
        var twins = await emails.TwinsAsync(type.Name == SalesforceObjectType.Task ? found.Value : [], withBody: false, token);
        if (!attached.Succeeded || !twins.Succeeded)
            return (attached.Failure ?? twins.Failure)!;
        foreach (var row in found.Value)
        {
            if (SalesforceId.Normalise(row.Text("Id")) is { } id && asked.TryGetValue(id, out var own))
                links[own] = attached.Value.TryGetValue(id, out var list) ? list : SalesforceActivityMapper.Links(row, Twin(row, twins.Value));
        }

        return links;
    }

    // Enhanced notes are the one object that may not show the flag.
    internal static string Living(IReadOnlyDictionary<string, SalesforceField> visible) =>
        !visible.ContainsKey("IsDeleted") && visible.ContainsKey("Title") ? "" : " AND IsDeleted = false";

    private static JsonElement? Twin(JsonElement row, IReadOnlyDictionary<string, JsonElement> twins) =>
        SalesforceActivityMapper.IsMail(row) && SalesforceId.Normalise(row.Text("Id")) is { } id && twins.TryGetValue(id, out var twin) ? twin : null;
}
