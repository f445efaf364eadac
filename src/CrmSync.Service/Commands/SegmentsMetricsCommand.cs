using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync segments metrics</c>: the figures of approved segments as learning worked them out last. Changes nothing.</summary>
internal static class SegmentsMetricsCommand
{
    public static IEnumerable<Command> Create()
    {
        var key = new Argument<string?>("KEY") { Description = "Key of one segment; without it, a line per approved segment and what the last searches saw", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command("metrics", "Shows win rates, velocity, what became of packs, and what happened to segments") { key, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(async () =>
        {
            var settings = SettingsReader.Read(parsed.GetValue(CommandLine.Config));
            await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, token);
            var reader = new LedgerReader(ledger, TimeProvider.System);
            var numbers = settings.Segments.ToNumbers();
            return parsed.GetValue(key) is { } one
                ? await ShowAsync(reader, one, numbers, parsed.GetValue(json), token)
                : await ListAsync(reader, numbers, parsed.GetValue(json), token);
        }));
        return [command];
    }

    private static async Task<int> ListAsync(LedgerReader reader, NumberOptions numbers, bool json, CancellationToken cancellationToken)
    {
        var rows = await reader.Metrics.ListAsync(cancellationToken);
        var events = await reader.Metrics.EventsAsync(onlyOpen: true, cancellationToken);
        if (json)
        {
            System.Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    segments = rows.Select(row => new
                    {
                        key = row.Key, name = row.Name, at = row.At is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null, accounts = row.Accounts, won = row.Won, closed = row.Closed,
                        restWon = row.RestWon, restClosed = row.RestClosed, difference = NumberWords.Change(row.Rest, row.Wins, numbers, "elsewhere", "here"),
                    }),
                    events = events.Select(row => new { id = row.Id, kind = row.KindName, segment = row.Key, other = row.OtherKey, cosine = row.Cosine, reason = row.Reason }),
                },
                SegmentsShowCommands.Json));
            return CommandLine.Done;
        }
        if (rows.Count == 0)
            System.Console.WriteLine("No segment is approved yet; 'crmsync segments list' shows what was proposed.");
        else
        {
            var table = new Table().AddColumns("Key", "Accounts", "Win rate", "Against the rest");
            foreach (var row in rows)
                table.AddRow(
                    (row.At is null
                        ? new[] { row.Key, "", "not learned from yet", "" }
                        : [row.Key, row.Accounts.ToString("N0", CultureInfo.InvariantCulture), NumberWords.Rate(row.Wins, numbers), NumberWords.Change(row.Rest, row.Wins, numbers, "elsewhere", "here")])
                    .Select(Markup.Escape).ToArray());
            AnsiConsole.Write(table);
        }
        foreach (var row in events)
            System.Console.WriteLine($"{row.KindName}: {row.Reason}{(row.Merge is { } merge ? $" ('crmsync segments merge {merge.Key} {merge.Into}')" : "")}");
        return CommandLine.Done;
    }

    private static async Task<int> ShowAsync(LedgerReader reader, string key, NumberOptions numbers, bool json, CancellationToken cancellationToken)
    {
        if (await reader.Metrics.FindAsync(key, cancellationToken) is not { } metrics)
        {
            throw new UsageException(await reader.Segments.FindAsync(key, cancellationToken) is null
                ? $"There is no segment '{key}'; 'crmsync segments list --all' shows them."
                : $"Segment '{key}' was not learned from yet; approve it and run 'crmsync segments learn'.");
        }
        System.Console.WriteLine(json ? SegmentMetricsFile.Write(metrics) : string.Join(Environment.NewLine, Lines(metrics, numbers)));
        return CommandLine.Done;
    }

    private static IEnumerable<string> Lines(SegmentMetrics metrics, NumberOptions options)
    {
        var numbers = metrics.Numbers;
        yield return string.Create(CultureInfo.InvariantCulture, $"{metrics.Name} ({metrics.Segment}), as of {metrics.At:u}: {numbers.Accounts:N0} accounts, {numbers.OpenDeals:N0} open deals");
        yield return $"Win rate: {NumberWords.Rate(numbers.Wins, options)}; elsewhere {NumberWords.Rate(metrics.Rest, options)}";
        yield return $"Difference: {NumberWords.Change(metrics.Rest, numbers.Wins, options, "elsewhere", "here")}";
        foreach (var amount in numbers.Amounts)
            yield return $"Amount of a won deal, median: {NumberWords.Amount(amount, options)}";
        yield return $"From creation to the win, median: {NumberWords.Days(numbers.Cycle, numbers.Cycles, options)}";
        foreach (var stage in numbers.Stages)
            yield return $"Time in {stage.Stage}: {NumberWords.Stage(stage, options)}";
        yield return $"Approaches answered: {NumberWords.Rate(numbers.Answered, options)}; leading to a meeting: {NumberWords.Rate(numbers.Met, options)}";
        yield return $"Consistency between reps: {NumberWords.Reps(numbers, options)}";
        if (metrics.Pack is not { } pack)
        {
            yield return "It has no pack yet.";
            yield break;
        }
        var kept = pack.Knowledge;
        yield return $"Pack, version {pack.Version}: {kept.Lines} lines ({kept.ByPeople} in a person's words, {kept.Waiting} wait for a person, {kept.Retired} retired); {kept.Used} were reused {kept.Reuses} times in {pack.Briefs} briefs";
        if (pack.Effect is { } effect)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Since the first brief on {effect.Since:yyyy-MM-dd}: wins {effect.Wins.InWords(options)}; answers {effect.Answered.InWords(options)}; meetings {effect.Met.InWords(options)}");
            yield return PackEffect.Caution;
        }
        foreach (var line in pack.Lines)
            yield return $"  {line.Section.Title()}: \"{line.Text}\" in {line.Briefs} briefs: {line.Record?.Verdict(options) ?? NumberWords.TooFew(0, options.FewestForStatistic)}";
    }
}
