using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Database;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Asks;

/// <summary>Reads questions, and answers that were given before.</summary>
internal sealed class AskReading(LedgerDatabase database)
{
    private static readonly RowShape<AskKey> Keys = new(
        new RowShape<AskKey>.Text("text_hash", key => key.TextHash),
        new RowShape<AskKey>.Text("taxonomy", key => key.Taxonomy),
        new RowShape<AskKey>.Text("taxonomy_version", key => key.TaxonomyVersion),
        new RowShape<AskKey>.Text("asked_of", key => key.AskedOf));

    // A person may have decided meanwhile, and an erased or changed activity has nothing left to ask about.
    public Task<IReadOnlyList<AskWork>> ReadAsync(long batchId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AskWork>>(
        async session =>
        {
            var asks = await session.QueryAsync(
                """
                select q.id, a.id, a.object_type, a.external_id, a.type, t.subject, t.body, a.evidence, a.content_hash, q.text_hash, q.taxonomy, q.attempt, q.is_let
                from ask q join activity a on a.id = q.activity_id and a.content_hash = q.content_hash and a.status = 'decided'
                join activity_text t on t.activity_id = a.id
                where q.batch_id = @batchId and q.status = 'open'
                  and exists (select 1 from decision d where d.activity_id = a.id and d.taxonomy = q.taxonomy and d.superseded_at is null and d.decided_by <> 'person')
                order by q.activity_id, q.id
                """,
                new { batchId },
                reader => new AskWork(
                    reader.GetInt64(0),
                    new ActivityWork(
                        reader.GetInt64(1), reader.GetString(2), reader.GetString(3),
                        new ActivityContent(
                            Stored.Parse<ActivityType>(reader.GetString(4)), reader.GetString(5), reader.GetString(6), LedgerJson.ReadEvidence(reader.GetString(7))),
                        reader.GetString(8)),
                    reader.GetString(9), reader.GetString(10), reader.GetInt32(11))
                {
                    IsBeyondShare = reader.GetInt32(12) is 0,
                });
            var words = await SegmentVocabulary.OfAsync(session, [.. asks.Select(ask => ask.Activity.ActivityId)]);
            return [.. asks.Select(ask => ask with { Vocabulary = words.GetValueOrDefault(ask.Activity.ActivityId) ?? [] })];
        },
        cancellationToken);

    public async Task<IReadOnlyDictionary<AskKey, KnownAnswer>> FindAnswersAsync(IReadOnlyList<AskKey> keys, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            session => session.QueryRowsAsync(
                """
                select r.text_hash, r.taxonomy, r.taxonomy_version, r.asked_of, d.label, d.status, d.confidence, d.decided_by, d.evidence, d.model_version, h.sentence
                from $rows r
                $join ask q on q.text_hash = r.text_hash and q.taxonomy = r.taxonomy and q.taxonomy_version = r.taxonomy_version and q.asked_of = r.asked_of
                  and q.status = 'answered'
                $join decision d on d.id = q.decision_id
                left join hosted_reason h on h.decision_id = d.id
                order by q.id
                """,
                Keys,
                [.. keys.Distinct()],
                null,
                reader => (
                    Key: new AskKey(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)),
                    Answer: new KnownAnswer(
                        new LabelDecision(
                            reader.GetString(1), reader.GetString(2), reader.TextOrNull(4), Stored.Parse<DecisionStatus>(reader.GetString(5)), reader.GetDouble(6),
                            reader.GetString(7), LedgerJson.ReadRules(reader.GetString(8)), reader.GetString(9)),
                        reader.TextOrNull(10)))),
            cancellationToken);
        return rows.GroupBy(row => row.Key).ToDictionary(group => group.Key, group => group.Last().Answer);
    }
}
