using System.Data.Common;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Intents;

/// <summary>The one place in a CRM that an intent is about.</summary>
internal readonly record struct IntentKey(string TargetType, string TargetId, string Property);

/// <summary>The activity behind a wish, or the account whose own label it is.</summary>
/// <param name="Id">Ledger id of the activity; 0 for an account.</param>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ExternalId">The CRM's id.</param>
/// <param name="OccurredAt">When it happened; on a record that many activities share, the last one counts.</param>
/// <param name="IsPlain">Its labels stand on itself and nowhere else, so that neither links nor places have to be read.</param>
/// <param name="IsGone">The CRM does not have it any more.</param>
internal sealed record LabelSource(long Id, string ObjectType, string ExternalId, long OccurredAt, bool IsPlain, bool IsGone)
{
    /// <summary>The columns of an activity that stands in the statement as <c>a</c>.</summary>
    public const string Columns =
        """
        a.id, a.object_type, a.external_id, a.occurred_at,
          case when exists (select 1 from label_place p where p.connection_id = a.connection_id and p.object_type = a.object_type and p.kind <> 'activity')
            or exists (select 1 from activity_link t where t.activity_id = a.id and t.role = 'twin') then 0 else 1 end,
          case when a.gone_at is null then 0 else 1 end
        """;

    /// <summary>The columns of an activity <c>a</c>, or else of an account <c>k</c>; both joined from the left.</summary>
    public const string EitherColumns =
        """
        coalesce(a.id, 0), coalesce(a.object_type, k.object_type), coalesce(a.external_id, k.external_id), coalesce(a.occurred_at, 0),
          case when a.id is not null and (
            exists (select 1 from label_place p where p.connection_id = a.connection_id and p.object_type = a.object_type and p.kind <> 'activity')
            or exists (select 1 from activity_link t where t.activity_id = a.id and t.role = 'twin')) then 0 else 1 end,
          case when coalesce(a.gone_at, k.gone_at) is null then 0 else 1 end, k.id
        """;

    /// <summary>Ledger id of the account whose own label it is; null for an activity. An account's label stands on itself and nowhere else.</summary>
    public long? CompanyId { get; init; }

    public static LabelSource ReadEither(DbDataReader reader, int at) => Read(reader, at) with { CompanyId = reader.LongOrNull(at + 6) };

    public static LabelSource Read(DbDataReader reader, int at) => new(
        reader.GetInt64(at), reader.GetString(at + 1), reader.GetString(at + 2), reader.GetInt64(at + 3), reader.GetInt32(at + 4) is 1,
        reader.GetInt32(at + 5) is 1);
}

/// <summary>A label that a current decision wants written, before it is known which records hold it; null clears.</summary>
internal sealed record WantedLabel(long DecisionId, LabelSource Source, string Taxonomy, long? RunId, string Property, string? Value)
{
    /// <summary>The one record that is asked about: the wish waited behind an intent there, and went to all others at once.</summary>
    public (string Type, string Id)? Only { get; init; }

    /// <summary>The pending intent behind which it waited; it is withdrawn where the label does not belong to that record any more.</summary>
    public long? WaitedOn { get; init; }

    /// <summary>Whether the decision is an old one that asks again because links, places or the activity itself came or went.</summary>
    public bool IsAgain { get; init; }
}

/// <summary>What a current decision wants a place to hold; null clears.</summary>
internal sealed record WantedWrite(WantedLabel Label, IntentKey Key, bool IsShared)
{
    public long DecisionId => Label.DecisionId;

    public long ActivityId => Label.Source.Id;

    public long? ActivityIdOrNull => Label.Source.CompanyId is null ? ActivityId : null;

    public string? Value => Label.Value;

    /// <summary>Order on a shared record: what happened later, then what was seen later.</summary>
    public (long, long) Rank => (Label.Source.OccurredAt, Label.Source.Id);
}

/// <summary>An intent that is being made.</summary>
internal sealed record PlannedIntent(WantedWrite Wanted, long? BatchId);

/// <summary>A decision that is no longer the current one.</summary>
internal readonly record struct OvertakenDecision(long ActivityId, long DecisionId);
