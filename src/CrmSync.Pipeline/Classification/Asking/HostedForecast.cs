using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>What asking the hosted model would cost.</summary>
/// <param name="Activities">Activities that are asked about at the most.</param>
/// <param name="Tokens">Tokens, sent and received.</param>
/// <param name="Usd">Their price.</param>
public sealed record HostedForecast(long Activities, long Tokens, decimal Usd)
{
    // What English prose and our instructions come to; other languages and JSON take more.
    private const int CharactersPerToken = 4;

    // A label, a confidence and one short sentence.
    private const int AnswerTokens = 60;

    /// <summary>
    /// Works out the price for a number of activities of about 1,000 characters: the real prompts, full calls, nothing cached, every question of an asked activity
    /// open. What is sent is counted at four characters a token.
    /// </summary>
    /// <param name="desk">The model; it must be configured.</param>
    /// <param name="taxonomies">The definitions.</param>
    /// <param name="activities">Activities that are decided about.</param>
    /// <param name="batch">Whether they go to the batch interface.</param>
    public static HostedForecast For(HostedDesk desk, TaxonomySet taxonomies, long activities, bool batch)
    {
        ArgumentNullException.ThrowIfNull(desk);
        ArgumentNullException.ThrowIfNull(taxonomies);
        var asked = (long)Math.Ceiling(activities * desk.Asking.Share);
        var items = Enumerable.Range(0, desk.Options.RecordsPerCall).Select(i => Typical(i, taxonomies)).ToList();
        var calls = (desk.Auditor ?? throw new ArgumentException("No hosted model is configured.", nameof(desk))).Prepare(items);
        long prompt = calls.Sum(call => (call.Prompt.System.Length + call.Prompt.User.Length + call.Prompt.Schema.Length) / CharactersPerToken);
        long completion = calls.Sum(call => call.Ticket.Slots.Count) * AnswerTokens;
        var groups = (decimal)asked / items.Count;
        return new HostedForecast(
            asked, (long)((prompt + completion) * groups), desk.Options.Price.Usd(new TokenUsage(prompt, 0, completion), batch) * groups);
    }

    private static AuditItem Typical(int number, TaxonomySet taxonomies)
    {
        const int length = 1_000;
        const string sentence = "We went through the offer again and they will come back to us about it next week. ";
        var body = string.Concat(Enumerable.Repeat(sentence, (length / sentence.Length) + 1));
        var content = new ActivityContent(ActivityType.Email, $"Offer {number}", body[..length], CrmEvidence.None);
        return new AuditItem(number, content, ActivityZoner.Zone(content),
        [
            .. taxonomies.All.Where(taxonomy => taxonomy.AppliesTo.Contains(content.Type))
                .Select(taxonomy => new LabelDecision(taxonomy.Id, taxonomy.Version, null, DecisionStatus.Unsure, 0, "rules", [], "")),
        ]);
    }
}
