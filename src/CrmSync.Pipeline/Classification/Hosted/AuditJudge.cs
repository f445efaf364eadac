using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>Decides what a reply is worth. Thread-safe.</summary>
internal sealed class AuditJudge(
    TaxonomySet taxonomies, HostedOptions options, CascadeOptions thresholds, Redactor redactor, AuditDefences defences)
{
    private static readonly Evidence Seen = new(Auditor.Step, "A hosted model weighed the text against the definitions.", null, null);

    private static readonly Evidence Obeyed = new(
        "hosted-obeyed", "The text tells which label to give, and the hosted model gave that one; so a person decides.", null, null);

    public AuditReading Read(AuditTicket call, HostedReply reply, IReadOnlyDictionary<long, AuditItem> items)
    {
        var shares = Split(reply.Usage, call.Slots.Count);
        if (!taxonomies.TryGet(call.Taxonomy, out var taxonomy) || taxonomy.Version != call.TaxonomyVersion)
            return new AuditReading(All(call, shares, HostedFailures.Of("hosted.outdated")), []);
        if (reply.Ending != HostedEnding.Complete)
            return Unfinished(call, reply.Ending, shares);

        var entries = AuditReader.Read(reply.Text);
        if (entries is null)
            return new AuditReading([], All(call, shares, HostedFailures.Of("hosted.malformed", "it is not the JSON that was asked for")));
        var asked = call.Slots.Select(slot => slot.Id).ToHashSet(StringComparer.Ordinal);
        // An id that nobody drew was made up, by the model or by a text; then nothing else in the answer can be trusted either.
        if (defences.IdCheck && entries.Any(entry => !asked.Contains(entry.Id)))
            return new AuditReading([], All(call, shares, HostedFailures.Of("hosted.malformed", "it is about a record that was not asked")));

        var byId = entries.ToLookup(entry => entry.Id, StringComparer.Ordinal);
        List<AuditAnswer> answers = [];
        List<AuditAnswer> again = [];
        for (var i = 0; i < call.Slots.Count; i++)
        {
            var slot = call.Slots[i];
            AuditEntry[] own = [.. byId[slot.Id]];
            if (own.Length == 1 || (own.Length > 1 && !defences.IdCheck))
            {
                if (Decide(taxonomy, own[^1], items.GetValueOrDefault(slot.Ref), reply.Model) is { } decision)
                    answers.Add(new AuditAnswer(slot.Ref, taxonomy.Id, decision, Reason(own[^1].Reason), shares[i], null));
                else
                    again.Add(Failed(slot, taxonomy, shares[i], "its label or confidence is none that was offered"));
            }
            else
            {
                again.Add(Failed(slot, taxonomy, shares[i], own.Length == 0 ? "the record is missing from it" : "the record is in it twice"));
            }
        }
        return new AuditReading(answers, again);
    }

    // The last record takes what does not divide.
    private static TokenUsage[] Split(TokenUsage usage, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new TokenUsage(Share(usage.Prompt, i, count), Share(usage.Cached, i, count), Share(usage.Completion, i, count))),
    ];

    private static long Share(long total, int at, int count) => at == count - 1 ? total - (total / count * (count - 1)) : total / count;

    private static AuditReading Unfinished(AuditTicket call, HostedEnding ending, TokenUsage[] shares)
    {
        var failure = HostedFailures.Of(ending switch
        {
            HostedEnding.Refused => "hosted.refused",
            HostedEnding.Filtered => "hosted.filtered",
            _ => "hosted.cut_off",
        });
        var failed = All(call, shares, failure);
        // One poisonous record stops its whole group, so each of the group is asked alone. A filter's verdict on one record stays what it is.
        return ending == HostedEnding.Filtered && call.Slots.Count == 1 ? new AuditReading(failed, []) : new AuditReading([], failed);
    }

    private static AuditAnswer[] All(AuditTicket call, TokenUsage[] shares, Failure failure) =>
        [.. call.Slots.Select((slot, i) => new AuditAnswer(slot.Ref, call.Taxonomy, null, null, shares[i], failure))];

    private static AuditAnswer Failed(AuditSlot slot, Taxonomy taxonomy, TokenUsage share, string why) =>
        new(slot.Ref, taxonomy.Id, null, null, share, HostedFailures.Of("hosted.malformed", why));

    private string? Reason(string reason) => reason.Length == 0 ? null : redactor.Begin().Apply(reason);

    private LabelDecision? Decide(Taxonomy taxonomy, AuditEntry entry, AuditItem? item, string model)
    {
        var abstained = taxonomy.Abstains && entry.Label == AuditInstructions.AbstainWord(taxonomy);
        var label = abstained ? null : taxonomy.Labels.FirstOrDefault(label => label.Value == entry.Label);
        if ((label is null && !abstained) || entry.Confidence is not { } stated || !(stated >= 0 && stated <= 1))
            return null;
        var obeyed = defences.Quarantine && item is not null && AuditOrders.Demand(item, entry.Label!);
        var confidence = Math.Min(stated, options.MostConfidence);
        var status = obeyed || stated < options.MinimalConfidence || confidence < thresholds.For(taxonomy.Id, label?.Id) ? DecisionStatus.Unsure
            : abstained ? DecisionStatus.Abstained
            : DecisionStatus.Decided;
        return new LabelDecision(
            taxonomy.Id, taxonomy.Version, label?.Id, status, confidence, Auditor.Step, obeyed ? [Seen, Obeyed] : [Seen],
            $"{AuditInstructions.Version}/{(model.Length == 0 ? "unnamed" : model)}");
    }
}
