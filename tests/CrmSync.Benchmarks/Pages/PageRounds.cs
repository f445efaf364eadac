using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using CrmSync.Service.Console;
using CrmSync.Storage.Reading;

namespace CrmSync.Benchmarks.Pages;

/// <summary>Asks pages as one browser would and prints how long they took.</summary>
internal sealed partial class PageRounds(string title, Uri address, PageOptions options) : IDisposable
{
    private const int Rounds = 20;
    private const double SlowMs = 200;
    private const long Heavy = 150_000;

    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

    public async Task RunAsync()
    {
        await SignInAsync();
        var paths = (await FindAsync()).Where(path => options.Only is null || path.StartsWith(options.Only, StringComparison.Ordinal)).ToList();
        Console.WriteLine($"{title}: {paths.Count} addresses, {Rounds} times each after one that is not counted; milliseconds until the last byte, kB as sent");
        Console.WriteLine("    p50    p95    max   first     kB");
        var slow = 0;
        foreach (var path in paths)
            slow += await MeasureAsync(path) ? 1 : 0;
        Console.WriteLine($"{title}: {slow} of {paths.Count} over {SlowMs} ms at the 95th percentile or over {Heavy / 1000} kB");
    }

    public void Dispose() => _browser.Dispose();

    private async Task<bool> MeasureAsync(string path)
    {
        var first = await AskAsync(path);
        var rounds = new List<double>();
        for (var round = 0; round < Rounds; round++)
            rounds.Add((await AskAsync(path)).Ms);
        rounds.Sort();
        var (p50, p95) = (rounds[Rounds / 2 - 1], rounds[(int)Math.Ceiling(Rounds * 0.95) - 1]);
        var isSlow = p95 > SlowMs || first.Bytes > Heavy;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{p50,7:0.0}{p95,7:0.0}{rounds[^1],7:0.0}{first.Ms,8:0.0}{first.Bytes / 1e3,7:0.0}  {(isSlow ? "!! " : "   ")}{(first.Status == HttpStatusCode.OK ? "" : $"[{(int)first.Status}] ")}{path}"));
        return isSlow;
    }

    private async Task<(double Ms, long Bytes, HttpStatusCode Status)> AskAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("gzip, deflate, br");
        var watch = Stopwatch.StartNew();
        using var answer = await _browser.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return (watch.Elapsed.TotalMilliseconds, bytes.Length, answer.StatusCode);
    }

    private async Task SignInAsync()
    {
        var door = await _browser.GetStringAsync("sign-in");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["role"] = "Admin", ["__RequestVerificationToken"] = WebUtility.HtmlDecode(FormToken().Match(door).Groups[1].Value) });
        using var answer = await _browser.PostAsync("demo/sign-in", form);
        if (answer.StatusCode != HttpStatusCode.Redirect)
            throw new InvalidOperationException($"The door answered {answer.StatusCode}.");
    }

    // What the menu shows; one address of each shape that its pages link to; every choice list of their filters with one choice; and what people are known to ask for.
    private async Task<IReadOnlyList<string>> FindAsync()
    {
        var menu = Menu.Groups.SelectMany(group => group.Entries).Select(entry => entry.Href).ToList();
        var paths = new List<string>(menu);
        var shapes = new HashSet<string>(menu.Select(Shape), StringComparer.Ordinal);
        foreach (var page in menu)
        {
            using var answer = await _browser.GetAsync(page);
            var html = await answer.Content.ReadAsStringAsync();
            var main = html[Math.Max(0, html.IndexOf("<main", StringComparison.Ordinal))..];
            foreach (Match link in Links().Matches(main))
            {
                var target = WebUtility.HtmlDecode(link.Groups[1].Value).Split('#')[0];
                if (target.Length > 1 && !target.Contains("handler=", StringComparison.Ordinal) && !target.StartsWith("/assets", StringComparison.Ordinal) && shapes.Add(Shape(target)))
                    paths.Add(target);
            }
            paths.AddRange(Filters(main, page).Where(target => shapes.Add(target)));
        }
        paths.AddRange(Known().Where(target => shapes.Add(target)));
        return paths;
    }

    private static IEnumerable<string> Filters(string html, string page)
    {
        foreach (Match form in GetForms().Matches(html))
        {
            var action = form.Groups[1].Value is { Length: > 0 } named ? named : page;
            foreach (Match choice in Selects().Matches(form.Groups[2].Value))
            {
                var values = Options().Matches(choice.Groups[2].Value).Select(option => WebUtility.HtmlDecode(option.Groups[1].Value)).Where(value => value.Length > 0).ToList();
                if (values.Count > 0)
                    yield return $"{action}?{choice.Groups[1].Value}={Uri.EscapeDataString(values[values.Count / 2])}";
                if (values.Count > 1)
                    yield return $"{action}?{choice.Groups[1].Value}={Uri.EscapeDataString(values[^1])}";
            }
        }
    }

    private IEnumerable<string> Known()
    {
        var deep = new PageCursor(TimeProvider.System.GetUtcNow().AddDays(-300).ToUnixTimeMilliseconds(), options.Rows / 6);
        var lately = TimeProvider.System.GetUtcNow().AddDays(-30).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
        return
        [
            "/?handler=Live",
            "/log?run=1", "/log?run=12345", "/log?label=stage:closed-won", "/log?outcome=rejected", "/log?outcome=kept&label=engagement:engaged", "/log?connection=salesforce-main", "/log?code=hubspot.option_missing",
            "/log?record=40000077", "/log?record=none-such", $"/log?from={lately}", $"/log?to={lately}&outcome=rejected", $"/log?before={deep}", $"/log?outcome=rejected&before={deep}",
            "/activities?label=stage:demo", "/activities?label=stage:closed-won&connection=salesforce-main", "/activities?answer=unsure", "/activities?state=dead", "/activities?state=waiting", $"/activities?before={deep}",
            $"/activities?label=stage:demo&before={deep}", "/activities?q=offer", "/activities?q=zeppelin", "/activities?q=procurement+terms", $"/activities/{options.Rows / 2}", "/review?taxonomy=stage",
        ];
    }

    private static string Shape(string path) => Digits().Replace(path.Split('?')[0], "0") + "?" + string.Join('&', path.Contains('?', StringComparison.Ordinal) ? path.Split('?')[1].Split('&').Select(part => part.Split('=')[0]) : []);

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex FormToken();

    [GeneratedRegex("<a [^>]*href=\"(/[^\"]*)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Links();

    [GeneratedRegex("<form[^>]*method=\"get\"[^>]*action=\"([^\"]*)\"[^>]*>((?:[^<]|<[^/]|</[^f])*)</form", RegexOptions.NonBacktracking)]
    private static partial Regex GetForms();

    [GeneratedRegex("<select[^>]*name=\"([^\"]+)\"[^>]*>((?:[^<]|<[^/]|</o)*)</select", RegexOptions.NonBacktracking)]
    private static partial Regex Selects();

    [GeneratedRegex("<option value=\"([^\"]*)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Options();

    [GeneratedRegex("[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Digits();
}
