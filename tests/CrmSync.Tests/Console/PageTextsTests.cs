using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CrmSync.Service.Console;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Console;

/// <summary>Every text of a page, or of a class that speaks to people, stands in the resource beside it, under the name that is asked for, and nowhere else.</summary>
public sealed partial class PageTextsTests
{
    private static readonly string Service = RepositoryFolder.PathOf(Path.Combine("src", "CrmSync.Service"));

    /// <summary>Pages: their paths in the service's folder.</summary>
    public static TheoryData<string> Pages => [.. Sources(".cshtml").Where(page => Path.GetFileName(page) is not ("_ViewImports.cshtml" or "_ViewStart.cshtml"))];

    /// <summary>All that speak, without their endings: a page and the class behind it share their texts.</summary>
    public static TheoryData<string> Speakers => [.. Sources(".cshtml").Concat(Sources(".cs").Where(file => AnyUse().IsMatch(Read(file)))).Concat(Sources(".resx")).Select(Stem).Distinct()];

    [Theory]
    [MemberData(nameof(Speakers))]
    public void Texts_OfAPageOrClass_AreAllInItsResourceAndAllUsed(string speaker)
    {
        var used = Uses(speaker).Select(use => use.Name).ToHashSet();
        var known = TextsOf(speaker).Keys;
        used.Except(known).ShouldBeEmpty("asked for and not there");
        known.Except(used).ShouldBeEmpty("there and never asked for");
    }

    [Theory]
    [MemberData(nameof(Speakers))]
    public void Texts_OfAPageOrClass_GetAsManyArgumentsAsTheyHavePlaces(string speaker)
    {
        var texts = TextsOf(speaker);
        foreach (var (name, arguments) in Uses(speaker).Where(use => texts.ContainsKey(use.Name)))
            arguments.ShouldBe(PlacesOf(texts[name]), $"{name}: {texts[name]}");
    }

    [Theory]
    [MemberData(nameof(Speakers))]
    public void Names_OfTexts_AreWordsAndNeverDifferInCaseOnly(string speaker)
    {
        var names = TextsOf(speaker).Keys;
        names.ShouldAllBe(name => Name().IsMatch(name));
        names.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(names.Count);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Markup_HoldsNoWordsOfItsOwn(string page) => BareWordsOf(Read(page)).ShouldBeEmpty();

    [Theory]
    [InlineData("<p>Nothing here</p>", "Nothing here")]
    [InlineData("@page\n@model X\n<p>Nothing here</p>", "Nothing here")]
    [InlineData("""<p class="@(dark ? "a" : "b")">Nothing here</p>""", "Nothing here")]
    [InlineData("<p>@T[\"Some\"] and @Model.Count more</p>", "and  more")]
    [InlineData("<p><b>@count</b> rows</p>", "rows")]
    [InlineData("<p>\n  Nothing here yet.\n</p>", "Nothing here yet.")]
    [InlineData("""<nav aria-label="Pages"></nav>""", "aria-label=\"Pages\"")]
    [InlineData("""@(x ? "Nothing here" : "")""", "\"Nothing here\"")]
    [InlineData("""<p>@T["Nothing", Model.Known[page.Id].Value, page.Count]</p>""", null)]
    [InlineData("<p><code>crmsync doctor</code> · <kbd>?</kbd> &nbsp; 10</p>", null)]
    [InlineData("""@foreach (var x in new List<string>()) { <td class="num tight">@x.Of("yyyy MM")</td> }""", null)]
    public void BareWords_OfMarkup_AreFound(string markup, string? found) => BareWordsOf(markup).ShouldBe(found is null ? [] : [found]);

    [Fact]
    public void Scripts_HoldNoWordsOfTheirOwn()
    {
        var scripts = Directory.GetFiles(Path.Combine(Service, "Console", "wwwroot"), "*.js");
        scripts.ShouldNotBeEmpty();
        scripts.SelectMany(script => SaidByScript().Matches(LineComment().Replace(File.ReadAllText(script), "")).Select(match => match.Value)).ShouldBeEmpty();
    }

    [Fact]
    public void Resources_OfAllThatSpeak_AreInTheAssembly()
    {
        var assembly = typeof(PageTexts).Assembly;
        var there = assembly.GetManifestResourceNames();
        foreach (var speaker in Sources(".resx").Select(Stem))
            there.ShouldContain($"CrmSync.Service.{speaker.Replace(Path.DirectorySeparatorChar, '.')}.resources");
        var asked = assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)).Where(field => field.FieldType == typeof(Texts))
            .Select(field => (ResourceManager)typeof(Texts).GetField("_texts", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(field.GetValue(null))!)
            .Select(texts => $"{texts.BaseName}.resources").ToList();
        asked.Count.ShouldBeGreaterThan(40);
        asked.Except(there).ShouldBeEmpty();
    }

    private static IEnumerable<string> Sources(string ending) => Directory.EnumerateFiles(Service, "*" + ending, SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Service, file))
        .Where(file => !file.StartsWith("obj", StringComparison.Ordinal) && !file.StartsWith("bin", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static string Stem(string file) => file[..file.IndexOf('.', StringComparison.Ordinal)];

    private static string Read(string file) => File.ReadAllText(Path.Combine(Service, file));

    private static Dictionary<string, string> TextsOf(string speaker)
    {
        var file = Path.Combine(Service, speaker + ".resx");
        return File.Exists(file)
            ? XDocument.Load(file).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value)
            : [];
    }

    private static List<(string Name, int Arguments)> Uses(string speaker) =>
    [
        .. new[] { ".cs", ".cshtml", ".cshtml.cs" }.Where(ending => File.Exists(Path.Combine(Service, speaker + ending))).Select(ending => Read(speaker + ending))
            .SelectMany(source => AnyUse().Matches(source).Select(use => (use.Groups["name"].Value, ArgumentsAfter(source, use.Index + use.Length)))),
    ];

    private static int PlacesOf(string text)
    {
        var places = Place().Matches(text.Replace("{{", "", StringComparison.Ordinal)).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order().ToList();
        places.ShouldBe([.. Enumerable.Range(0, places.Count)], text);
        return places.Count;
    }

    // How many arguments stand between a name and the bracket that ends the call.
    private static int ArgumentsAfter(string source, int at)
    {
        var (depth, count, quoted) = (0, 0, false);
        for (; depth > 0 || quoted || source[at] is not (']' or ')'); at++)
        {
            if (source[at] == '"' && source[at - 1] is not '\\')
                quoted = !quoted;
            else if (!quoted)
                (depth, count) = source[at] switch
                {
                    '(' or '[' or '{' => (depth + 1, count),
                    ')' or ']' or '}' => (depth - 1, count),
                    ',' when depth == 0 => (depth, count + 1),
                    _ => (depth, count),
                };
        }
        return count;
    }

    private static List<string> BareWordsOf(string markup)
    {
        var source = Entity().Replace(Code().Replace(Comment().Replace(markup, ""), ""), " ");
        var between = BetweenTags().Matches(source).Select(match => match.Groups[1].Value)
            .Select(text => Expression().Replace(text, "").Trim())
            .Where(text => text.IndexOfAny(['{', '}', ';', '=', '(', ')', '"']) < 0 && TwoLetters().IsMatch(text));
        var lines = BareLine().Matches(source).Select(match => match.Value.Trim());
        return [.. between.Concat(lines).Concat(Spoken().Matches(source).Select(match => match.Value)).Concat(Literal().Matches(source).Select(match => match.Value)).Distinct()];
    }

    [GeneratedRegex("""\bT(?:\[|\.Plain\()"(?<name>\w+)"(?=[\]),])""")]
    private static partial Regex AnyUse();

    [GeneratedRegex(@"\{(\d+)(?::[^}]*)?\}")]
    private static partial Regex Place();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"@\*.*?\*@|<!--.*?-->|(?m:^@(?:model|using|inject|inherits|page|implements)\b[^\r\n]*)", RegexOptions.Singleline)]
    private static partial Regex Comment();

    // What is typed, and pictures: not for translation.
    [GeneratedRegex(@"<(code|kbd|svg|script|style)\b[^>]*>.*?</\1>", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("&#?[a-z0-9]+;")]
    private static partial Regex Entity();

    // From the end of a tag to the begin of the next one; an arrow ends no tag.
    [GeneratedRegex("(?<![=-])>([^<>]*)(?=<)")]
    private static partial Regex BetweenTags();

    [GeneratedRegex(@"@\((?>[^()]+|\((?<d>)|\)(?<-d>))*(?(d)(?!))\)|@\w+(?:\??\.\w+)*(?:(?:\((?>[^()]+|\((?<e>)|\)(?<-e>))*(?(e)(?!))\)|\[(?>[^\[\]]+|\[(?<f>)|\](?<-f>))*(?(f)(?!))\])(?:\??\.\w+)*)*")]
    private static partial Regex Expression();

    [GeneratedRegex("[A-Za-z]{2}")]
    private static partial Regex TwoLetters();

    // A line of at least two words and nothing that code or markup has.
    [GeneratedRegex(@"(?m)^[ \t]*[A-Za-z’']+,? [A-Za-z’',.:!? -]*[A-Za-z.:!?]\r?$")]
    private static partial Regex BareLine();

    // In attributes that are read aloud or shown.
    [GeneratedRegex("""\b(?:aria-label|title|placeholder|alt|data-name)="[^"@]*[A-Za-z]{2}[^"@]*"(?=[^<]*>)""")]
    private static partial Regex Spoken();

    [GeneratedRegex(@"(?m)^\s*//.*$")]
    private static partial Regex LineComment();

    [GeneratedRegex("""(["'`])[A-Z][a-z]+(?: [^"'`\r\n]*)?\1""")]
    private static partial Regex SaidByScript();

    // Words that code hands on: a capital first and a space inside.
    [GeneratedRegex("""(?<![\["]|T\.Plain\()"[A-Z][a-z’']*[,:]? [^"@{}<>/]*"(?!\])""")]
    private static partial Regex Literal();
}
