using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Tests.Segments;

/// <summary>A planted set small enough for a test: three segments of thirty accounts among others, twelve notes each.</summary>
internal static class SmallPlant
{
    public const int Segments = 3;

    private static readonly string[][] Signals =
    [
        ["separate bill payment logins per entity", "no consolidated view of bill payments", "entity controllers reconcile payment tools", "ten bill payment instances to reconcile", "consolidated payments across every entity", "subsidiary logins for bill payment"],
        ["cold chain loggers were read too late", "temperature excursions spoiled a pallet", "reefer trailers without live temperature", "loggers from the cold store stay unread", "pharma pallets had an excursion", "reefer alarms reach nobody at night"],
        ["tenant service charges are disputed", "lease abstracts miss break clauses", "rent reviews hide in scanned leases", "anchor tenant disputes the service charge", "break clauses were missed in the lease", "rent review dates sit in a drawer"],
    ];

    private static readonly string[] Others =
    [
        "left a voicemail about pricing", "wants a demo next week", "asked for two references", "budget is frozen until summer", "legal has comments on the order form", "sent the security overview again",
        "champion went on leave", "procurement wants three quotes", "no answer after the webinar", "renewal is due in autumn", "support ticket was closed quickly", "training for the new hires is booked", "they compare us with a spreadsheet",
        "invoice went to the wrong address", "asked whether an integration exists", "the new director likes dashboards", "meeting moved to thursday", "trial ends on friday", "they grew through acquisitions", "prefers a yearly contract",
    ];

    public static string Key(int account) => $"a{account}";

    public static int Number(string key) => int.Parse(key.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Segment of an account; -1 for none.</summary>
    public static int TruthOf(int account, int perSegment = 30) => account < Segments * perSegment ? account % Segments : -1;

    public static List<AccountNote> Notes(int accounts = 300, int perSegment = 30, int notes = 12, int seed = 5, Func<int, int, string>? more = null)
    {
        var random = new Random(seed);
        List<AccountNote> all = [];
        for (var account = 0; account < accounts; account++)
            for (var i = 0; i < notes; i++)
            {
                var from = TruthOf(account, perSegment) is >= 0 and var segment && random.Next(2) == 0 ? Signals[segment] : Others;
                all.Add(new AccountNote(Key(account), $"{account}-{i}", $"{from[random.Next(from.Length)]} {Filler(random)}{more?.Invoke(account, i)}"));
            }
        return all;
    }

    /// <summary>Words that belong to nothing, so that no two notes are the same.</summary>
    public static string Filler(Random random)
    {
        const string Onsets = "bdfgklmnprst";
        return string.Join(' ', Enumerable.Range(0, 3).Select(_ => $"{Onsets[random.Next(12)]}o{Onsets[random.Next(12)]}i"));
    }
}
