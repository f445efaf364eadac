using System.Text;
using CrmSync.Pipeline.Model;

namespace CrmSync.Benchmarks;

/// <summary>Activities with bodies of about 1,000 characters, a third of them HTML, some quoted threads, some short notes. The same seed gives the same activities.</summary>
internal static class SampleActivities
{
    private const int BodyLength = 1_000;

    private static readonly string[] Sentences =
    [
        "Thanks for the call this morning, it was good to hear how the two depots plan their week.",
        "They run about 40 vans on a shared spreadsheet and nobody knows where anyone is after ten.",
        "She wants a price for 36 months and asked whether the uplift can be capped at 3 %.",
        "We showed the planner on their own data and Paul liked the mobile view, less so the export.",
        "The board meets on the 9th, until then the budget of roughly 45k is not released.",
        "Could you send the security overview and two references from similar companies?",
        "Our counsel has comments on clause 9, liability should be capped at twice the annual fees.",
        "Left a voicemail yesterday and will try again on Thursday before ten.",
        "Wir haben den Entwurf intern besprochen und melden uns bis Freitag mit Rückfragen.",
        "The trial ends next week, so far 19 of 24 people have logged in at least once.",
        "Signed order form attached, please quote PO 44871 on the invoice.",
        "See https://files.corbel.example/overview?id=8812 or write to ines@corbel.example.",
    ];

    private static readonly string[] Subjects =
    [
        "Re: next steps", "[Outreach] [Email] [Out] 4 Re: depots", "Call with Ines Korda", "Demo - Corbel Foods", "RE: MSA comments", "[Outreach] [Call] [outbound] [Connected]", "Notes",
    ];

    public static ActivityContent[] Create(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index => CreateOne(random, index))];
    }

    private static ActivityContent CreateOne(Random random, int index)
    {
        var type = (ActivityType)(index % 5);
        var direction = (ActivityDirection?)random.Next(2);
        var text = new StringBuilder("Hi Ines,\n\n");
        while (text.Length < BodyLength * 6 / 10)
            text.Append(Sentences[random.Next(Sentences.Length)]).Append(random.Next(3) == 0 ? "\n\n" : " ");
        text.Append("\n\nBest regards\nMarisol Trent\nTallyfern\n\nOn Mon, 8 Sep 2025 at 2:17 PM Ines Korda <ines@corbel.example> wrote:\n");
        while (text.Length < BodyLength)
            text.Append("> ").Append(Sentences[random.Next(Sentences.Length)]).Append('\n');
        var body = index % 3 == 0
            ? "<html><body><div>" + text.Replace("\n\n", "</p><p>").Replace("\n", "<br>").ToString() + "</div></body></html>"
            : text.ToString();
        return new ActivityContent(type, Subjects[random.Next(Subjects.Length)], body, new CrmEvidence { Direction = direction });
    }
}
