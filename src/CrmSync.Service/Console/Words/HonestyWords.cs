using System.Globalization;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Words;

/// <summary>Agreement between reports and activities, in words.</summary>
internal static class HonestyWords
{
    private static readonly Texts T = Texts.Of(typeof(HonestyWords));

    /// <summary>A kind of agreement or disagreement, short.</summary>
    public static string Kind(string kind) => kind switch
    {
        "disagrees" => T["AnyDisagreement"],
        "agrees" => T["Agrees"],
        "no_evidence" => T["NothingToCompare"],
        "unmapped" => T["StageNotMapped"],
        "ahead" => T["ReportedTooFar"],
        "behind" => T["ReportedTooEarly"],
        "won_open" => T["WonStillOpen"],
        "lost_open" => T["LostStillOpen"],
        "won_unproven" => T["WonWithoutATrace"],
        "contradicts" => T["WonAgainstLost"],
        "closed_active" => T["ClosedStillTalking"],
        _ => kind,
    };

    /// <summary>The same as a sentence.</summary>
    public static string Sentence(DealRow row) => row.Verdict switch
    {
        "agrees" => T["ReportAndActivitiesAgree"],
        "no_evidence" => row.Activities == 0 ? T["TheDealHasNoActivities"] : T["NoneOfItsActivitiesShowsAStage"],
        "unmapped" => T["TheCRMsStageIsNotMappedToOneOf"],
        "ahead" => T["NoActivityShowsThatTheDealIsThis"],
        "behind" => T["ItsActivitiesAreFurtherThanThe"],
        "won_open" => T["ItsActivitiesSayThatItIsWonThe"],
        "lost_open" => T["ItsActivitiesSayThatItIsLostThe"],
        "won_unproven" => T["MarkedAsWonAndNoActivityShowsA"],
        "contradicts" => T["TheCRMAndTheActivitiesName"],
        "closed_active" => T["MarkedAsClosedAndTheOtherSide"],
        _ => "",
    };

    /// <summary>Which of the lists that matter, as a heading.</summary>
    public static string List(string list) => list switch
    {
        "claims" => T["ClaimsNegotiationOrASaleWithout"],
        "lost" => T["LostInTheTextNotMarkedAsLost"],
        "won" => T["WonInTheTextStillOpen"],
        "active" => T["MarkedAsClosedAndActivityGoesOn"],
        "stale" => T["OpenWithoutAnyActivity"],
        "silent" => T["OpenWithoutTheOtherSideTaking"],
        _ => list,
    };

    /// <summary>What a list holds and why it matters.</summary>
    public static string ListSentence(string list, int days) => list switch
    {
        "claims" => T["TheCRMSaysNegotiationOrClosedWon"],
        "lost" => T["TheBuyerDeclinedChoseSomebody"],
        "won" => T["ASignatureOrAnOrderCameAndThe"],
        "active" => T["MoreThanTwoDaysAfterItWasClosedA"],
        "stale" => T["NothingAtAllWasLoggedOnTheDealIn", days],
        "silent" => T["NoCallMailOrMeetingOfTheLastDays", days],
        _ => "",
    };

    /// <summary>Class that carries a verdict's colours.</summary>
    public static string ClassOf(string verdict) => verdict switch
    {
        "agrees" => "verdict-agrees",
        "no_evidence" or "unmapped" => "verdict-unknown",
        "lost_open" or "contradicts" or "won_unproven" => "verdict-bad",
        _ => "verdict-off",
    };

    /// <summary>Whole money with its currency; without one where the CRM says none.</summary>
    public static string Money(long cents, string currency) =>
        $"{(currency.Length > 0 ? currency + "\u00A0" : "")}{(cents / 100m).ToString("N0", CultureInfo.InvariantCulture)}";

    /// <summary>Money in few characters: 950, 12k, 3.4M.</summary>
    public static string ShortMoney(long cents) => (cents / 100m) switch
    {
        >= 999_500 or <= -999_500 => $"{(cents / 100_000_000m).ToString("0.0", CultureInfo.InvariantCulture)}M",
        >= 9_950 or <= -9_950 => $"{(cents / 100_000m).ToString("0", CultureInfo.InvariantCulture)}k",
        var small => small.ToString("0", CultureInfo.InvariantCulture),
    };

    /// <summary>A share with the interval in which its true value lies in 95 of 100 cases.</summary>
    public static string Share(Share share) => share.Estimate is { } estimate
        ? string.Create(CultureInfo.InvariantCulture, $"{estimate.Value * 100:0} % ({estimate.Low * 100:0}–{estimate.High * 100:0} %)")
        : T["NothingToCompare2"];

    /// <summary>What a filter's empty value is called.</summary>
    public static string Or(string value, string none) => value.Length > 0 ? OneLine.Of(value, 60) : none;

    /// <summary>A month as people write it.</summary>
    public static string Month(string month) => DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
        ? first.ToString("MMM yyyy", CultureInfo.InvariantCulture)
        : T["NoCloseDate"];

    /// <summary>Whole days between an instant and now.</summary>
    public static string Days(long sinceMs, DateTimeOffset now) =>
        Math.Max(0, (long)(now - DateTimeOffset.FromUnixTimeMilliseconds(sinceMs)).TotalDays) is var days && days == 1 ? T["OneDay"] : T["Days", TimeText.Number(days)];
}
