using System.Runtime.CompilerServices;

namespace CrmSync.Storage.Reading.Lists;

/// <summary>A row that an act did not touch.</summary>
public sealed record LeftOutEntry
{
    /// <summary>The act's run.</summary>
    public long RunId { get; init; }

    /// <summary>The intent or activity.</summary>
    public long SubjectId { get; init; }

    /// <summary>Code of our registry.</summary>
    public string Code { get; init; } = "";

    /// <summary>Plain sentence.</summary>
    public string Message { get; init; } = "";
}

/// <summary>What a write would have changed when somebody asked.</summary>
public sealed record PreviewEntry
{
    /// <summary>The intent.</summary>
    public long IntentId { get; init; }

    /// <summary>The activity that was decided about.</summary>
    public long ActivityId { get; init; }

    /// <summary>The CRM's object type.</summary>
    public string RecordType { get; init; } = "";

    /// <summary>The CRM's id.</summary>
    public string RecordId { get; init; } = "";

    /// <summary>The label property.</summary>
    public string Property { get; init; } = "";

    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>What the CRM held.</summary>
    public string? ValueNow { get; init; }

    /// <summary>What was meant to be written; null clears.</summary>
    public string? Value { get; init; }

    /// <summary>write, unchanged, kept or gone.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>human, automation or unknown, of a kept value.</summary>
    public string? Actor { get; init; }

    /// <summary>The CRM's id of the user or app that set a kept value.</summary>
    public string? SetBy { get; init; }

    /// <summary>Unix milliseconds; when a kept value was set.</summary>
    public long? SetAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long LookedAt { get; init; }
}

/// <summary>How many writes of a preview would make the same change.</summary>
public sealed record PreviewCount
{
    /// <summary>The label property.</summary>
    public string Property { get; init; } = "";

    /// <summary>write, unchanged, kept or gone.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>What the CRM held.</summary>
    public string? ValueNow { get; init; }

    /// <summary>What was meant to be written.</summary>
    public string? Value { get; init; }

    /// <summary>How many.</summary>
    public long Count { get; init; }
}

/// <summary>What acts and previews left behind, in the order of ids. Thread-safe.</summary>
public sealed class ActLists(ILedgerReadConnections ledger)
{
    private const int StepRows = 1_000;

    /// <summary>Rows that an act did not touch, above an id.</summary>
    public async Task<IReadOnlyList<LeftOutEntry>> LeftOutAsync(long runId, long after, int size, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<LeftOutEntry>(
            db,
            """
            select run_id as RunId, subject_id as SubjectId, code as Code, message as Message
            from act_left_out where run_id = @runId and subject_id > @after order by subject_id limit @size
            """,
            new { runId, after, size }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All rows that an act did not touch.</summary>
    public async IAsyncEnumerable<LeftOutEntry> StreamLeftOutAsync(long runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long? after = 0; after is { } from;)
        {
            var rows = await LeftOutAsync(runId, from, StepRows, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
                yield return row;
            after = rows.Count == StepRows ? rows[^1].SubjectId : null;
        }
    }

    /// <summary>Rows of a preview, above an intent's id.</summary>
    public async Task<IReadOnlyList<PreviewEntry>> PreviewAsync(long runId, long after, int size, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<PreviewEntry>(
            db,
            """
            select p.intent_id as IntentId, i.activity_id as ActivityId, i.target_type as RecordType, i.target_id as RecordId, i.property as Property, i.taxonomy as Taxonomy,
              p.value_now as ValueNow, p.value as Value, p.verdict as Verdict, p.actor as Actor, p.set_by as SetBy, p.set_at as SetAt, p.looked_at as LookedAt
            from preview p join intent i on i.id = p.intent_id where p.run_id = @runId and p.intent_id > @after order by p.intent_id limit @size
            """,
            new { runId, after, size }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The changes of a preview, the most frequent first; at most 500.</summary>
    public async Task<IReadOnlyList<PreviewCount>> CountPreviewAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<PreviewCount>(
            db,
            """
            select i.property as Property, p.verdict as Verdict, p.value_now as ValueNow, p.value as Value, count(*) as Count
            from preview p join intent i on i.id = p.intent_id where p.run_id = @runId
            group by i.property, p.verdict, p.value_now, p.value order by count(*) desc, i.property, p.verdict limit 500
            """,
            new { runId }, cancellationToken).ConfigureAwait(false);
    }
}
