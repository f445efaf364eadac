using System.Text.Json;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Service.Api.Rows;

/// <summary>A current decision in short.</summary>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="Answer">decided, abstained or unsure.</param>
/// <param name="Label">Label id; the best guess where unsure; null where abstained.</param>
/// <param name="Confidence">0 to 1.</param>
internal sealed record AnswerRow(string Taxonomy, string Answer, string? Label, double Confidence);

/// <summary>An activity in a list.</summary>
/// <param name="Id">Id of the activity.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ExternalId">The CRM's id.</param>
/// <param name="Type">call, email, meeting, note or task.</param>
/// <param name="OwnerId">The CRM's id of the rep.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Subject">Raw and untrusted; null for keys below reviewer.</param>
/// <param name="Opening">The text's first 400 characters, raw and untrusted; null for keys below reviewer.</param>
/// <param name="Answers">The current decisions.</param>
/// <param name="OccurredAt">When it happened.</param>
internal sealed record ActivityItem(
    string Id, string Connection, string ObjectType, string ExternalId, string Type, string? OwnerId, string State, string? Subject, string? Opening, IReadOnlyList<AnswerRow> Answers,
    DateTimeOffset OccurredAt)
{
    public static ActivityItem Of(ActivityRow row, string connection, bool withTexts) => new(
        row.Id.Text(), connection, row.ObjectType, row.ExternalId, row.Type, row.OwnerId, row.Status, withTexts ? row.Subject : null, withTexts ? row.Opening : null,
        [.. row.Answers.Select(answer => new AnswerRow(answer.Taxonomy, answer.Status, answer.Label, answer.Confidence))], row.OccurredAt.Instant());
}

/// <summary>An activity in an export.</summary>
/// <param name="Id">Id of the activity.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ExternalId">The CRM's id.</param>
/// <param name="Type">call, email, meeting, note or task.</param>
/// <param name="OwnerId">The CRM's id of the rep.</param>
/// <param name="State">Where it stands.</param>
/// <param name="DeadCode">Code of why it cannot be decided about.</param>
/// <param name="DeadMessage">The same in a sentence.</param>
/// <param name="Subject">Raw and untrusted; null where texts were not asked for.</param>
/// <param name="Body">Raw and untrusted; null where texts were not asked for.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="FirstSeenAt">When we first saw it.</param>
internal sealed record ActivityExportRow(
    string Id, string Connection, string ObjectType, string ExternalId, string Type, string? OwnerId, string State, string? DeadCode, string? DeadMessage, string? Subject, string? Body,
    DateTimeOffset OccurredAt, DateTimeOffset FirstSeenAt)
{
    public static ActivityExportRow Of(ActivityEntry row) => new(
        row.Id.Text(), row.Connection, row.ObjectType, row.ExternalId, row.Type, row.OwnerId, row.State, row.DeadCode, row.DeadMessage, row.Subject, row.Body, row.OccurredAt.Instant(),
        row.FirstSeenAt.Instant());
}

/// <summary>A decision.</summary>
/// <param name="Id">Id of the decision.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="ActivityId">The activity.</param>
/// <param name="ActivityType">call, email, meeting, note or task.</param>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="TaxonomyVersion">Its version.</param>
/// <param name="Answer">decided, abstained or unsure.</param>
/// <param name="Label">Label id; the best guess where unsure; null where abstained.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="DecidedBy">rules, model, hosted or person.</param>
/// <param name="ModelVersion">Version of the deciding step.</param>
/// <param name="Reason">Why, in one sentence of ours.</param>
/// <param name="PromptTokens">Tokens sent to the hosted model for it.</param>
/// <param name="CompletionTokens">Tokens received for it.</param>
/// <param name="CostMicros">Their price in millionths of a US dollar.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="SupersededAt">When another took its place; null for the current one.</param>
internal sealed record DecisionRow(
    string Id, string Connection, string ActivityId, string ActivityType, string Taxonomy, string TaxonomyVersion, string Answer, string? Label, double Confidence, string DecidedBy,
    string ModelVersion, string Reason, long? PromptTokens, long? CompletionTokens, long? CostMicros, DateTimeOffset DecidedAt, DateTimeOffset? SupersededAt)
{
    public static DecisionRow Of(DecisionEntry row) => new(
        row.Id.Text(), row.Connection, row.ActivityId.Text(), row.ActivityType, row.Taxonomy, row.TaxonomyVersion, row.Answer, row.Label, row.Confidence, row.DecidedBy, row.ModelVersion,
        row.Reason, row.PromptTokens, row.CompletionTokens, row.CostMicros, row.DecidedAt.Instant(), row.SupersededAt.Instant());
}

/// <summary>A decision with its evidence.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Evidence">Rule ids, sentences of ours and places in the text.</param>
/// <param name="Sentence">The hosted model's own words, untrusted; null for keys below reviewer.</param>
internal sealed record StoryDecisionRow(DecisionRow Decision, JsonElement Evidence, string? Sentence);

/// <summary>A record that an activity hangs on.</summary>
/// <param name="Role">contact, lead, company or deal.</param>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ExternalId">The CRM's id.</param>
internal sealed record LinkRow(string Role, string ObjectType, string ExternalId);

/// <summary>A question to the hosted model.</summary>
/// <param name="Taxonomy">Id of the taxonomy.</param>
/// <param name="State">open, answered, accepted or dropped.</param>
/// <param name="Code">Why it waits, or why the local answer stands.</param>
/// <param name="Message">The same in a sentence.</param>
/// <param name="CreatedAt">When it came up.</param>
/// <param name="FinishedAt">When it was settled; null while it is open.</param>
internal sealed record AskRow(string Taxonomy, string State, string? Code, string? Message, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

/// <summary>Everything that is known about one activity; lists newest first.</summary>
/// <param name="Activity">The activity with its current answers.</param>
/// <param name="Subject">Raw and untrusted; null for keys below reviewer, or where it was erased.</param>
/// <param name="Body">Raw and untrusted, up to megabytes; null for keys below reviewer, or where it was erased.</param>
/// <param name="ContentHash">Hash of the content; a correction names it to say which content was judged.</param>
/// <param name="DeadCode">Code of why it cannot be decided about.</param>
/// <param name="DeadMessage">The same in a sentence.</param>
/// <param name="Links">Records that it hangs on.</param>
/// <param name="Decisions">Every decision about it.</param>
/// <param name="Writes">Every write that followed, with what became of it.</param>
/// <param name="Asks">Questions to the hosted model.</param>
internal sealed record ActivityStory(
    ActivityItem Activity, string? Subject, string? Body, string ContentHash, string? DeadCode, string? DeadMessage, IReadOnlyList<LinkRow> Links,
    IReadOnlyList<StoryDecisionRow> Decisions, IReadOnlyList<LogStory> Writes, IReadOnlyList<AskRow> Asks)
{
    public static ActivityStory Of(StoryView story, IReadOnlyList<LogEntry> writes, bool withTexts)
    {
        var activity = story.Activity;
        var answers = story.Decisions.Where(decision => decision.SupersededAt is null).Select(decision => new AnswerRow(decision.Taxonomy, decision.Status, decision.Label, decision.Confidence));
        return new ActivityStory(
            new ActivityItem(
                activity.Id.Text(), story.Connection.Key, activity.ObjectType, activity.ExternalId, activity.Type, activity.OwnerId, activity.Status, withTexts ? activity.Subject : null,
                withTexts ? Opening(activity.Body) : null, [.. answers], activity.OccurredAt.Instant()),
            withTexts ? activity.Subject : null,
            withTexts ? activity.Body : null,
            activity.ContentHash, activity.DeadCode, activity.DeadMessage,
            [.. story.Links.Select(link => new LinkRow(link.Role, link.ObjectType, link.ExternalId))],
            [.. story.Decisions.Select(decision => Decided(decision, story, withTexts))],
            [.. writes.Select(write => new LogStory(LogRow.Of(write), [.. story.Outcomes.Where(outcome => outcome.IntentId == write.Id).Select(OutcomeRow.Of)]))],
            [.. story.Asks.Select(ask => new AskRow(ask.Taxonomy, ask.Status, ask.Code, ask.Message, ask.CreatedAt.Instant(), ask.FinishedAt.Instant()))]);
    }

    private static string? Opening(string? body) => body is { Length: > 400 } ? body[..400] : body;

    private static StoryDecisionRow Decided(StoryDecision row, StoryView story, bool withTexts) => new(
        new DecisionRow(
            row.Id.Text(), story.Connection.Key, story.Activity.Id.Text(), story.Activity.Type, row.Taxonomy, row.TaxonomyVersion, row.Status, row.Label, row.Confidence, row.DecidedBy,
            row.ModelVersion, row.Reason, row.PromptTokens, row.CompletionTokens, row.CostMicros, row.DecidedAt.Instant(), row.SupersededAt.Instant()),
        Json(row.Evidence), withTexts ? row.Sentence : null);

    private static JsonElement Json(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonElement.Parse("[]");
        }
    }
}
