using System.Diagnostics;
using System.Text.Json;
using CrmSync.Pipeline.Text.Redaction;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Text.Redaction;

public sealed class RedactionTests
{
    private static readonly string[] People =
    [
        "Renata Kovács", "Jürgen Groß", "Siobhán O'Brien", "Jean-Luc Moreau", "Łukasz Wiśniewski", "Kieran Walsh", "Maria del Carmen Ruiz Ortega", "Willem van der Berg", "Will Harper",
        "Mark Grant", "May Chen", "Bjørn Sørensen", "Δημήτρης Παππάς", "Иван Петров", "İpek Yılmaz", "Nguyễn Văn Minh",
    ];

    private static readonly string[] Companies =
        ["Corbel Hospitality Group", "Penhallow Care Ltd", "Müllerbau GmbH", "Ferrow Outdoor", "Target Logistics", "Tallyfern Inc."];

    private static readonly IReadOnlyList<Line> Lines = Load();

    private static readonly Redactor Redactor = new(new Names(People, Companies));

    public static TheoryData<string, string> Shapes => new()
    {
        { "call +1 415 555 0134 now", "call [phone 1] now" },
        { "a@b.example, c@d.example and a@B.example", "[email 1], [email 2] and [email 1]" },
        { "Renata Kovács asked. Kovacs again; Renata too.", "[person 1] asked. [person 1] again; [person 1] too." },
        { "Walsh at Penhallow Care", "[person 1] at [company 1]" },
        { "DE89 3704 0044 0532 0130 00", "[account 1]" },
        { "no data here", "no data here" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Apply_Text_HasStablePlaceholders(string text, string expected) => Redactor.Apply(text).ShouldBe(expected);

    [Fact]
    public void Apply_AuthoredLines_RemovesStructuredData() => Share("structured").ShouldBeGreaterThanOrEqualTo(0.99);

    [Fact]
    public void Apply_AuthoredLines_RemovesKnownNames() => Share("name").ShouldBeGreaterThanOrEqualTo(0.98);

    [Fact]
    public void Apply_InnocentLines_StayAsTheyAre()
    {
        Line[] innocent = [.. Lines.Where(line => line.Kind == "innocent")];
        string[] changed = [.. innocent.Where(line => Redactor.Apply(line.Text) != line.Text).Select(line => $"{line.Text} -> {Redactor.Apply(line.Text)}")];
        changed.Length.ShouldBeLessThanOrEqualTo(innocent.Length / 50, string.Join('\n', changed));
    }

    [Fact]
    public void Apply_WordsAroundData_Stay()
    {
        string[] lost = [.. Lines.SelectMany(line => line.Kept.Where(kept => !Redactor.Apply(line.Text).Contains(kept, StringComparison.Ordinal)).Select(kept => $"{kept} <- {Redactor.Apply(line.Text)}"))];
        lost.ShouldBeEmpty();
    }

    [Fact]
    public void Lines_File_IsLargeEnoughToSaySomething()
    {
        Lines.Count.ShouldBeGreaterThanOrEqualTo(150);
        Lines.Count(line => line.Kind == "innocent").ShouldBeGreaterThanOrEqualTo(40);
    }

    [Fact]
    public void Apply_WithoutNames_LeavesThem() => new Redactor().Apply("Renata Kovács asked").ShouldBe("Renata Kovács asked");

    [Fact]
    public void Learn_AuthorOfATurn_IsRemovedFromItsText()
    {
        var session = new Redactor().Begin();
        session.Learn("Anneli Saarto <anneli@pohja.example>");

        session.Apply("Marek, I need 0,79.\nAnneli").ShouldBe("Marek, I need 0,79.\n[person 1]");
    }

    [Fact]
    public void Begin_SeveralTexts_ShareTheirNumbers()
    {
        var session = Redactor.Begin();
        session.Apply("Kieran Walsh, x@y.example");

        session.Apply("y@y.example, x@y.example, Kieran").ShouldBe("[email 2], [email 1], [person 1]");
    }

    [Fact]
    public void Apply_AnyText_IsIdempotentAndNeverThrows()
    {
        string[] parts = [.. Lines.Select(line => line.Text), "[email 1]", "[person 2", "@", "%40", "+", "((", "::", "DE", "1", "--", "\u0301", "\ud83d", "\n", " "];
        var texts = Gen.Elements(parts).ListOf(4).Select(chosen => string.Concat(chosen))
            .Or(ArbMap.Default.GeneratorFor<string?>().Select(text => text ?? ""));
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            var once = Redactor.Apply(text);
            return Redactor.Apply(once) == once;
        }).QuickCheckThrowOnFailure();
    }

    public static TheoryData<string> Hostile => [.. new[] { "1", "1 ", "+1", "@", "a@", "a.", "(at)", "DE12", "DE12 ", "::", "a:", "[email ", "Renata ", "van der ", "4111 ", "((", "a(at)b ", "0 (0", "ſ" }];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Apply_RepeatedBait_StaysLinear(string bait)
    {
        var text = string.Concat(Enumerable.Repeat(bait, 400_000 / bait.Length));
        var started = Stopwatch.GetTimestamp();

        Redactor.Apply(text);

        // Takes some hundredths of a second; a walk that looks at every character for every other one takes minutes.
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private static double Share(string kind)
    {
        var wanted = 0;
        List<string> missed = [];
        foreach (var line in Lines.Where(line => line.Kind == kind))
        {
            var redacted = Redactor.Apply(line.Text);
            wanted += line.Gone.Count;
            missed.AddRange(line.Gone.Where(gone => redacted.Contains(gone, StringComparison.OrdinalIgnoreCase)).Select(gone => $"{gone} in: {redacted}"));
        }
        var share = 1 - ((double)missed.Count / wanted);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {share:P2} of {wanted}\n{string.Join('\n', missed)}");
        return share;
    }

    private static List<Line> Load()
    {
        using var reader = new StreamReader(typeof(RedactionTests).Assembly.GetManifestResourceStream("personal-data.jsonl")!);
        List<Line> lines = [];
        while (reader.ReadLine() is { } line)
            lines.Add(JsonSerializer.Deserialize<Line>(line, JsonSerializerOptions.Web)!);
        return lines;
    }

    private sealed record Line(string Text, string Kind, IReadOnlyList<string> Gone, IReadOnlyList<string> Kept);

    private sealed class Names : IKnownNames
    {
        public Names(IEnumerable<string> people, IEnumerable<string> companies)
        {
            var builder = new NameIndex.Builder();
            foreach (var person in people)
                builder.AddPerson(person);
            foreach (var company in companies)
                builder.AddCompany(company);
            Current = builder.Build();
        }

        public NameIndex Current { get; }
    }
}
