using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>A segment as it stands inside a transaction.</summary>
internal sealed record SegmentRow
{
    public const string Columns = "id, key, name, state, version, merged_into, parent_id, model_id, model_segment, size, stability, is_promoted, reason";

    /// <summary>Answers something where a segment is approved: without one nobody is assigned.</summary>
    public const string AnyApproved = "select 1 from segment where state = 'approved' limit 1";

    public long Id { get; init; }

    public string Key { get; init; } = "";

    public string Name { get; init; } = "";

    public SegmentState State { get; init; }

    public long Version { get; init; }

    public long? MergedInto { get; init; }

    public long? ParentId { get; init; }

    public long? ModelId { get; init; }

    public string? ModelSegment { get; init; }

    public long Size { get; init; }

    public double Stability { get; init; }

    public bool IsPromoted { get; init; }

    public string? Reason { get; init; }

    public static SegmentRow Read(DbDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Key = reader.GetString(1),
        Name = reader.GetString(2),
        State = Stored.Parse<SegmentState>(reader.GetString(3)),
        Version = reader.GetInt64(4),
        MergedInto = reader.LongOrNull(5),
        ParentId = reader.LongOrNull(6),
        ModelId = reader.LongOrNull(7),
        ModelSegment = reader.TextOrNull(8),
        Size = reader.GetInt64(9),
        Stability = reader.GetDouble(10),
        IsPromoted = reader.GetInt64(11) is 1,
        Reason = reader.TextOrNull(12),
    };

    /// <summary>All of them; whoever changes several at once finds them locked in one order.</summary>
    public static Task<List<SegmentRow>> ReadAllAsync(Session session) =>
        session.QueryAsync($"select {Columns} from segment order by id", null, Read);

    /// <summary>People who change segments stand in line: a merge looks at two, a search at all.</summary>
    public static Task LockAsync(Session session) =>
        session.Dialect is LedgerDialect.Postgres ? session.ExecuteAsync("lock table segment in share row exclusive mode") : Task.CompletedTask;
}

/// <summary>Writes segments and their versions.</summary>
internal static class SegmentRows
{
    /// <summary>Makes a segment and its first version.</summary>
    public static async Task<SegmentRow> InsertAsync(Session session, SegmentRow row, SegmentChangeNote note)
    {
        var isDecided = row.State is not SegmentState.Proposed;
        var id = (await session.ScalarAsync(
            """
            insert into segment (key, name, state, version, merged_into, parent_id, model_id, model_segment, size, stability, is_promoted, created_at, created_by,
              decided_at, decided_by, reason, changed_at)
            values (@Key, @Name, @state, 1, @MergedInto, @ParentId, @ModelId, @ModelSegment, @Size, @Stability, @promoted, @Now, @Actor, @decidedAt, @decidedBy, @Reason, @Now)
            returning id
            """,
            new
            {
                row.Key, row.Name, state = Stored.Name(row.State), row.MergedInto, row.ParentId, row.ModelId, row.ModelSegment, row.Size, row.Stability,
                promoted = row.IsPromoted ? 1 : 0, session.Now, note.Actor, decidedAt = isDecided ? session.Now : (long?)null, decidedBy = isDecided ? note.Actor : null, note.Reason,
            }))!.Value;
        var made = row with { Id = id, Version = 1 };
        await AppendAsync(session, made, note);
        return made;
    }

    /// <summary>Stores a changed segment under its next version.</summary>
    public static async Task<SegmentRow> UpdateAsync(Session session, SegmentRow before, SegmentRow after, SegmentChangeNote note)
    {
        var row = after with { Version = before.Version + 1 };
        await session.ExecuteAsync(
            """
            update segment set name = @Name, state = @state, version = @Version, merged_into = @MergedInto, model_id = @ModelId, model_segment = @ModelSegment,
              size = @Size, stability = @Stability, is_promoted = @promoted, changed_at = @Now, reason = case when @decides = 1 then @Reason else reason end,
              decided_at = case when @decides = 1 then @Now else decided_at end, decided_by = case when @decides = 1 then @Actor else decided_by end
            where id = @Id
            """,
            new
            {
                row.Name, state = Stored.Name(row.State), row.Version, row.MergedInto, row.ModelId, row.ModelSegment, row.Size, row.Stability, promoted = row.IsPromoted ? 1 : 0,
                session.Now, note.Reason, note.Actor, row.Id, decides = before.State != row.State ? 1 : 0,
            });
        await AppendAsync(session, row, note);
        return row;
    }

    // Without a description of its own a version keeps the one before it.
    private static async Task AppendAsync(Session session, SegmentRow row, SegmentChangeNote note)
    {
        var id = (await session.ScalarAsync(
            """
            insert into segment_version (segment_id, version, change_id, action, name, state, merged_into, model_id, model_segment, size, stability, is_promoted, description,
              actor, at, reason)
            values (@Id, @Version, @ChangeId, @action, @Name, @state, @MergedInto, @ModelId, @ModelSegment, @Size, @Stability, @promoted,
              coalesce(@description, (select v.description from segment_version v where v.segment_id = @Id and v.version = @former), @none), @Actor, @Now, @Reason)
            returning id
            """,
            new
            {
                row.Id, row.Version, note.ChangeId, action = Stored.Name(note.Action), row.Name, state = Stored.Name(row.State), row.MergedInto, row.ModelId, row.ModelSegment,
                row.Size, row.Stability, promoted = row.IsPromoted ? 1 : 0, description = note.Description is { } text ? SegmentJson.Write(text) : null, former = row.Version - 1,
                none = SegmentJson.Write(SegmentDescription.None), note.Actor, session.Now, note.Reason,
            }))!.Value;
        note.ChangeId ??= id;
    }
}

/// <summary>Who changes segments and why; the versions that it leaves behind know of each other.</summary>
internal sealed class SegmentChangeNote(SegmentAction action, string actor, string? reason)
{
    public SegmentAction Action { get; init; } = action;

    public string Actor => actor;

    public string? Reason => reason;

    public SegmentDescription? Description { get; init; }

    /// <summary>The first version of the change, once there is one.</summary>
    public long? ChangeId { get; set; }

    /// <summary>The same change as it is told of another segment.</summary>
    public SegmentChangeNote As(SegmentAction other) => new(other, actor, reason) { ChangeId = ChangeId };
}

/// <summary>JSON of segments: camel case.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SegmentDescription))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<double>))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(IReadOnlyList<long>))]
[JsonSerializable(typeof(IReadOnlyList<IReadOnlyList<long>>))]
internal sealed partial class SegmentJson : JsonSerializerContext
{
    public static string Write(SegmentDescription value) => JsonSerializer.Serialize(value, Default.SegmentDescription);

    public static string Write(IReadOnlyList<string> value) => JsonSerializer.Serialize(value, Default.IReadOnlyListString);

    public static string Write(IReadOnlyList<double> value) => JsonSerializer.Serialize(value, Default.IReadOnlyListDouble);

    public static string Write(IReadOnlyList<int> value) => JsonSerializer.Serialize(value, Default.IReadOnlyListInt32);

    public static string Write(IReadOnlyList<long> value) => JsonSerializer.Serialize(value, Default.IReadOnlyListInt64);

    public static string Write(IReadOnlyList<IReadOnlyList<long>> value) => JsonSerializer.Serialize(value, Default.IReadOnlyListIReadOnlyListInt64);

    public static SegmentDescription ReadDescription(string json) => JsonSerializer.Deserialize(json, Default.SegmentDescription) ?? CrmSync.Pipeline.Segments.Review.SegmentDescription.None;

    public static IReadOnlyList<string> ReadTexts(string json) => JsonSerializer.Deserialize(json, Default.IReadOnlyListString) ?? [];

    public static IReadOnlyList<double> ReadNumbers(string json) => JsonSerializer.Deserialize(json, Default.IReadOnlyListDouble) ?? [];

    public static IReadOnlyList<int> ReadCounts(string json) => JsonSerializer.Deserialize(json, Default.IReadOnlyListInt32) ?? [];

    public static IReadOnlyList<long> ReadIds(string json) => JsonSerializer.Deserialize(json, Default.IReadOnlyListInt64) ?? [];

    public static IReadOnlyList<IReadOnlyList<long>> ReadIdLists(string json) => JsonSerializer.Deserialize(json, Default.IReadOnlyListIReadOnlyListInt64) ?? [];
}
