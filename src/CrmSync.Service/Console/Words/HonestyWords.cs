using System.Globalization;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Words;

/// <summary>Agreement between reports and activities, in words.</summary>
internal static class HonestyWords
{
    /// <summary>A kind of agreement or disagreement, short.</summary>
    public static string Kind(string kind) => kind switch
    {
        "disagrees" => "Any disagreement",
        "agrees" => "Agrees",
        "no_evidence" => "Nothing to compare",
        "unmapped" => "Stage not mapped",
        "ahead" => "Reported too far",
        "behind" => "Reported too early",
        "won_open" => "Won, still open",
        "lost_open" => "Lost, still open",
        "won_unproven" => "Won without a trace",
        "contradicts" => "Won against lost",
        "closed_active" => "Closed, still talking",
        _ => kind,
    };

    /// <summary>The same as a sentence.</summary>
    public static string Sentence(DealRow row) => row.Verdict switch
    {
        "agrees" => "Report and activities agree.",
        "no_evidence" => row.Activities == 0 ? "The deal has no activities." : "None of its activities shows a stage.",
        "unmapped" => "The CRM's stage is not mapped to one of ours.",
        "ahead" => "No activity shows that the deal is this far.",
        "behind" => "Its activities are further than the CRM says.",
        "won_open" => "Its activities say that it is won; the CRM still has it open.",
        "lost_open" => "Its activities say that it is lost; the CRM still has it open.",
        "won_unproven" => "Marked as won, and no activity shows a signature or an order.",
        "contradicts" => "The CRM and the activities name opposite ends.",
        "closed_active" => "Marked as closed, and the other side goes on talking.",
        _ => "",
    };

    /// <summary>Which of the lists that matter, as a heading.</summary>
    public static string List(string list) => list switch
    {
        "claims" => "Claims Negotiation or a sale without one negotiating activity",
        "lost" => "Lost in the text, not marked as lost",
        "won" => "Won in the text, still open",
        "active" => "Marked as closed, and activity goes on",
        "stale" => "Open without any activity",
        "silent" => "Open without the other side taking part",
        _ => list,
    };

    /// <summary>What a list holds and why it matters.</summary>
    public static string ListSentence(string list, int days) => list switch
    {
        "claims" => "The CRM says Negotiation or Closed Won, and no activity of the deal is about terms, price, contract or a signature.",
        "lost" => "The buyer declined, chose somebody else or stopped the project, in so many words, and the deal still counts as open.",
        "won" => "A signature or an order came, and the deal still counts as open: take it in.",
        "active" => "More than two days after it was closed, a talk with the other side was about needs, the product or terms.",
        "stale" => $"Nothing at all was logged on the deal in the last {days} days.",
        "silent" => $"No call, mail or meeting of the last {days} days was one in which the buyer took part.",
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
        : "nothing to compare";

    /// <summary>What a filter's empty value is called.</summary>
    public static string Or(string value, string none) => value.Length > 0 ? OneLine.Of(value, 60) : none;

    /// <summary>A month as people write it.</summary>
    public static string Month(string month) => DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
        ? first.ToString("MMM yyyy", CultureInfo.InvariantCulture)
        : "no close date";

    /// <summary>Whole days between an instant and now.</summary>
    public static string Days(long sinceMs, DateTimeOffset now) =>
        Math.Max(0, (long)(now - DateTimeOffset.FromUnixTimeMilliseconds(sinceMs)).TotalDays) is var days && days == 1 ? "1 day" : $"{TimeText.Number(days)} days";
}
