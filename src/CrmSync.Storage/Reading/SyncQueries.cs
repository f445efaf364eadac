using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>Where a connection's activities stand; the left side of invariant I1.</summary>
public sealed record SyncProgress(
    long Activities, long Queued, long Waiting, long Decided, long Dead, long OpenIntents, long Rejected, long Kept, long OpenScans)
{
    /// <summary>Decided activities whose labels no record can hold yet: the CRM refuses them on the activity, and it hangs on nothing that can.</summary>
    public long Untargeted { get; init; }
}

/// <summary>How many current decisions of a taxonomy have a status and label; the label is null where abstained.</summary>
public sealed record AnswerCount(string Taxonomy, string Status, string? Label, long Count);

/// <summary>What the ledger says about one label of one record, for comparing with what the CRM holds.</summary>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ExternalId">The CRM's id.</param>
/// <param name="Taxonomy">The taxonomy.</param>
/// <param name="Status">decided, abstained or unsure.</param>
/// <param name="Label">Label id.</param>
/// <param name="IntentStatus">State of the newest intent; null where none was needed.</param>
/// <param name="IntentValue">Value of that intent.</param>
/// <param name="TargetType">The CRM's type of the record that it is about: the activity itself where there was such an intent, else its twin or a linked record.</param>
/// <param name="TargetId">The CRM's id of that record.</param>
public sealed record LabelState(
    string ObjectType, string ExternalId, string Taxonomy, string Status, string? Label, string? IntentStatus, string? IntentValue,
    string? TargetType, string? TargetId);

/// <summary>Reads how far a synchronisation has come and what it led to. Thread-safe.</summary>
public sealed class SyncQueries(ILedgerReadConnections ledger)
{
    /// <summary>Counts for one connection.</summary>
    public async Task<SyncProgress> ReadProgressAsync(long connectionId, CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenReadAsync(cancellationToken);
        var activities = (await connection.QueryAsync<(string Status, long Count)>(new CommandDefinition(
            "select status, count(*) from activity where connection_id = @connectionId group by status",
            new { connectionId }, cancellationToken: cancellationToken))).ToDictionary(row => row.Status, row => row.Count);
        var intents = (await connection.QueryAsync<(string Status, long Count)>(new CommandDefinition(
            "select status, count(*) from intent where connection_id = @connectionId group by status",
            new { connectionId }, cancellationToken: cancellationToken))).ToDictionary(row => row.Status, row => row.Count);
        var scans = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "select count(*) from scan where connection_id = @connectionId and status = 'open'",
            new { connectionId }, cancellationToken: cancellationToken));
        return new SyncProgress(
            activities.Values.Sum(), activities.GetValueOrDefault("queued"), activities.GetValueOrDefault("waiting"),
            activities.GetValueOrDefault("decided"), activities.GetValueOrDefault("dead"),
            intents.GetValueOrDefault("pending") + intents.GetValueOrDefault("sending") + intents.GetValueOrDefault("unknown"),
            intents.GetValueOrDefault("rejected"), intents.GetValueOrDefault("kept"), scans)
        {
            Untargeted = await Untargeted.CountAsync(connection, connectionId, cancellationToken),
        };
    }

    /// <summary>Current decisions of one connection, counted.</summary>
    public async Task<IReadOnlyList<AnswerCount>> CountLabelsAsync(long connectionId, CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Taxonomy, string Status, string? Label, long Count)>(new CommandDefinition(
            """
            select d.taxonomy, d.status, case when d.status = 'decided' then d.label end as label, count(*)
            from decision d join activity a on a.id = d.activity_id
            where a.connection_id = @connectionId and d.superseded_at is null
            group by d.taxonomy, d.status, case when d.status = 'decided' then d.label end
            order by 1, 2, 3
            """,
            new { connectionId }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => new AnswerCount(row.Taxonomy, row.Status, row.Label, row.Count))];
    }

    /// <summary>Every current label of a connection with its newest intent, streamed in the order of records.</summary>
    public async Task<IReadOnlyList<LabelState>> ReadLabelsAsync(long connectionId, CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<LabelState>(new CommandDefinition(
            """
            select a.object_type as ObjectType, a.external_id as ExternalId, d.taxonomy as Taxonomy, d.status as Status, d.label as Label,
                   i.status as IntentStatus, i.value as IntentValue,
                   i.target_type as TargetType, i.target_id as TargetId
            from activity a
            join decision d on d.activity_id = a.id and d.superseded_at is null
            left join intent i on i.id = coalesce(
              (select max(n.id) from intent n
               where n.activity_id = a.id and n.taxonomy = d.taxonomy and n.target_type = a.object_type and n.target_id = a.external_id),
              (select max(n.id) from intent n where n.activity_id = a.id and n.taxonomy = d.taxonomy))
            where a.connection_id = @connectionId
            order by a.id, d.taxonomy
            """,
            new { connectionId }, cancellationToken: cancellationToken));
        return [.. rows];
    }

    /// <summary>What stands in the CRM because we wrote it, or found it there: the newest settled write of each place.</summary>
    public async Task<IReadOnlyList<StandingLabel>> ReadStandingAsync(long connectionId, CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<StandingLabel>(new CommandDefinition(
            """
            select target_type as TargetType, target_id as TargetId, property as Property, value as Value, status as Status
            from intent
            where id in (
              select max(id) from intent where connection_id = @connectionId and status in ('applied', 'unchanged', 'kept')
              group by target_type, target_id, property)
            order by id
            """,
            new { connectionId }, cancellationToken: cancellationToken));
        return [.. rows];
    }
}

/// <summary>The newest settled write of one place in a CRM.</summary>
/// <param name="TargetType">The CRM's type.</param>
/// <param name="TargetId">The CRM's id.</param>
/// <param name="Property">The label property.</param>
/// <param name="Value">What was to stand there; null for blank.</param>
/// <param name="Status">applied, unchanged, or kept where another's value stays.</param>
public sealed record StandingLabel(string TargetType, string TargetId, string Property, string? Value, string Status);
