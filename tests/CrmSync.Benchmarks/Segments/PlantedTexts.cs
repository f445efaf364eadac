namespace CrmSync.Benchmarks.Segments;

/// <summary>Where the sentences of a planted set come from: one list of ready or generated sentences per intent.</summary>
internal interface IPlantedTexts
{
    /// <summary>Number of intents.</summary>
    int Intents { get; }

    /// <summary>A text that speaks of an intent.</summary>
    string Write(int intent, Random random);
}

/// <summary>Notes of our own making: topics of daily operations, said in the words of sales notes.</summary>
internal sealed class OwnTexts : IPlantedTexts
{
    private static readonly string[] Frames =
    [
        "{o} {p}", "On the call they said {o} {p}.", "Main pain for {who}: {o} {p}", "{who} told us {o} {p} and nobody owns it.", "Asked about {o}. Apparently this {p}.",
        "Discovery notes - {o} {p}, {o2} comes next", "{who} complains that {o} {p}", "{o} came up again, it {p}; wants ideas before the {when}", "They tried to fix {o} {when} but it still {p}",
        "Showed how we handle {o}, since today that {p}", "why now: {o} {p}, {who} got the blame", "Mail from {who}. {o} {p} and so does {o2}.", "{who} would pay to stop this: {o} {p}",
        "Hi team, short recap. {o} {p}. Next step with {who} {when}.", "LVM, then he rang back: {o} {p}", "Q from {who}: can you cover {o}? For them it {p}", "{o} / {o2} {p} - see {when}",
        "need a workshop on {o}; {p} according to {who}", "competitor quote covers {o} only, {o2} {p}", "Spoke 10 min with {who}, all about {o}", "{who} sent a long list, top of it {o}, because it {p}",
    ];

    private static readonly string[] People =
        ["the CFO", "ops", "their IT lead", "the site manager", "purchasing", "a new director", "the owner", "their admin", "finance", "the regional head", "her deputy", "the project lead"];

    private static readonly string[] Times = ["board meeting", "after Easter", "next quarter", "in autumn", "budget round", "on Thursday", "before summer", "year end", "last spring", "in two weeks"];

    private static readonly string[] Openings =
        ["Quick note. ", "Good conversation. ", "Follow up from the fair. ", "Second call. ", "Email thread summary: ", "They rescheduled twice. ", "Champion is friendly. ", "Price was fine. ", "Gatekeeper put me through. "];

    private static readonly string[] Closings =
    [
        " Will send the deck.", " Meeting booked for the demo.", " No budget until then.", " Decision by committee.", " Asked for references.", " Keep warm.", " Sent the proposal again.", " Needs sign off from legal.",
        " Trial ends soon.", " Other vendors are in as well.", " Loves the product.", " Went quiet after that.",
    ];

    private readonly (string[] Objects, string[] Problems)[] _topics = Load();

    public int Intents => _topics.Length;

    public string Write(int intent, Random random)
    {
        var (objects, problems) = _topics[intent];
        var text = Pick(Frames, random)
            .Replace("{o2}", Pick(objects, random), StringComparison.Ordinal).Replace("{o}", Pick(objects, random), StringComparison.Ordinal)
            .Replace("{p}", Pick(problems, random), StringComparison.Ordinal).Replace("{who}", Pick(People, random), StringComparison.Ordinal)
            .Replace("{when}", Pick(Times, random), StringComparison.Ordinal);
        return (random.Next(4) == 0 ? Pick(Openings, random) : "") + text + (random.Next(3) == 0 ? Pick(Closings, random) : "");
    }

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];

    private static (string[], string[])[] Load()
    {
        using var reader = new StreamReader(typeof(OwnTexts).Assembly.GetManifestResourceStream("Segments/topics.txt")!);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(';'))
            .Select(parts => (Split(parts[0]), Split(parts[1])))];
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>CLINC150 as it lies in a folder: a second opinion from text that is not ours. For local measurement only.</summary>
internal sealed class ClincTexts : IPlantedTexts
{
    private readonly string[][] _intents;

    public ClincTexts(string folder)
    {
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "data_full.json")));
        _intents = [.. new[] { "train", "val", "test" }.SelectMany(part => document.RootElement.GetProperty(part).EnumerateArray())
            .GroupBy(pair => pair[1].GetString()!, pair => pair[0].GetString()!).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToArray())];
    }

    public int Intents => _intents.Length;

    public string Write(int intent, Random random) => _intents[intent][random.Next(_intents[intent].Length)];
}
