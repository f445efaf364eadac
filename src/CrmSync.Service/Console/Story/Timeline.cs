using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Story;

/// <summary>One thing that happened to an activity.</summary>
/// <param name="At">When.</param>
/// <param name="Where">crm, read, decide or write: which part of the way it belongs to.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Detail">More, or empty.</param>
internal sealed record TimelineEvent(DateTimeOffset At, string Where, string Sentence, string Detail);

/// <summary>Tells an activity's way from the CRM and back to it, oldest first. Pure.</summary>
internal static class Timeline
{
    private static readonly Texts T = Texts.Of(typeof(Timeline));

    public static IReadOnlyList<TimelineEvent> Tell(StoryView story, LabelCatalog labels)
    {
        var activity = story.Activity;
        var crm = OutcomeWords.Crm(story.Connection.Kind);
        List<TimelineEvent> events =
        [
            new(At(activity.OccurredAt), "crm", T["ItTookPlace"], ""),
            new(At(activity.CrmCreatedAt), "crm", T["ItsRecordWasCreatedIn", crm], $"{activity.ObjectType} {activity.ExternalId}"),
            new(At(activity.FirstSeenAt), "read", T["ReadFromForTheFirstTime", crm], activity.RunId is { } run && activity.ContentChangedAt == activity.FirstSeenAt ? T["Run", run] : ""),
        ];
        if (activity.ContentChangedAt != activity.FirstSeenAt)
            events.Add(new(At(activity.ContentChangedAt), "read", T["ReadAgainWithChangedContent"], activity.RunId is { } changed ? T["Run", changed] : ""));
        events.AddRange(story.Decisions.Select(decision => new TimelineEvent(
            At(decision.DecidedAt), "decide", Decided(decision, labels), $"{OutcomeWords.DecidedBy(decision.DecidedBy)}, {Ui.Confidence(decision.Confidence)}")));
        foreach (var outcome in story.Outcomes)
            if (story.Intents.FirstOrDefault(intent => intent.Id == outcome.IntentId) is { } intent)
                events.Add(new(
                    At(outcome.At), "write", $"{intent.Property}: {OutcomeWords.Name(outcome.Status, story.Connection.WriteMode).ToLowerInvariant()}",
                    outcome.Message ?? OutcomeWords.Sentence(outcome.Status, intent.Actor, story.Connection.WriteMode)));
        // Where two things share an instant, the way they take decides.
        return [.. events.OrderBy(item => item.At).ThenBy(item => Order(item.Where))];
    }

    private static string Decided(StoryDecision decision, LabelCatalog labels)
    {
        var taxonomy = labels.Find(decision.Taxonomy)?.Name ?? decision.Taxonomy;
        var label = labels.Find(decision.Taxonomy, decision.Label)?.Name ?? decision.Label;
        return decision.Status switch
        {
            "abstained" => T["Abstained", taxonomy],
            "unsure" => T["Unsure", taxonomy, label is null ? "" : T["IsTheBestGuess", label]],
            _ => $"{taxonomy}: {label}",
        };
    }

    private static int Order(string where) => where switch { "crm" => 0, "read" => 1, "decide" => 2, _ => 3 };

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
