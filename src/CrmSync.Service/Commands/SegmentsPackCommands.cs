using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync segments pack …</c>: what a segment's specialist knows, drafted, compared, exported, taken in again. Lines are edited in the console or in an exported file.</summary>
internal static class SegmentsPackCommands
{
    private enum PackFormat
    {
        Markdown,
        Json,
    }

    public static Command Create() => new("pack", "Drafts, shows and exports what the specialist of a segment knows") { Show(), Draft(), Diff(), Export(), Import(), Proposals(), Decide(true), Decide(false) };

    private static Argument<string> Key() => new("KEY") { Description = "Key of the segment, as 'crmsync segments list' shows it" };

    private static Option<bool> JsonOption() => new("--json") { Description = "Print JSON" };

    private static Option<int?> Version(string name, string what) => new(name) { Description = what, HelpName = "VERSION" };

    private static Command Show()
    {
        var (key, version, json) = (Key(), Version("--version", "This version instead of the newest"), JsonOption());
        var command = new Command("show", "Shows a pack, section by section") { key, version, json };
        Run(command, async (parsed, host, token) =>
        {
            var pack = await ReadAsync(host, parsed.GetValue(key)!, parsed.GetValue(version), token);
            System.Console.WriteLine(parsed.GetValue(json) ? PackFile.Write(pack) : PackMarkdown.Write(pack).TrimEnd());
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Draft()
    {
        var (key, json) = (Key(), JsonOption());
        var model = new Option<bool>("--no-model") { Description = "Draft from the data alone, also where a hosted model is configured" };
        var command = new Command("draft", "Drafts a pack from the data; one that is there is brought up to date, and nothing that people wrote or approved changes") { key, model, json };
        Run(command, async (parsed, host, token) =>
        {
            var desk = host.Get<PackDesk>();
            return await SayAsync(await desk.DraftAsync(parsed.GetValue(key)!, Environment.UserName, desk.HasModel && !parsed.GetValue(model), token), parsed.GetValue(json));
        });
        return command;
    }

    private static Command Diff()
    {
        var (key, from, to, json) = (Key(), Version("--from", "The older version; the one before --to where not given"), Version("--to", "The newer version; the newest where not given"), JsonOption());
        var command = new Command("diff", "Shows what differs between two versions, line by line") { key, from, to, json };
        Run(command, async (parsed, host, token) =>
        {
            var newer = await ReadAsync(host, parsed.GetValue(key)!, parsed.GetValue(to), token);
            var before = parsed.GetValue(from) ?? newer.Version - 1;
            if (before < 1)
                throw new UsageException($"Version {newer.Version} is the first; there is nothing to compare it with.");
            var older = await ReadAsync(host, parsed.GetValue(key)!, before, token);
            var differences = PackDiff.Between(older, newer);
            if (parsed.GetValue(json))
                System.Console.WriteLine(JsonSerializer.Serialize(new { from = older.Version, to = newer.Version, differences = differences.Select(Row) }, SegmentsShowCommands.Json));
            else if (differences.Count == 0)
                System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Versions {older.Version} and {newer.Version} say the same."));
            else
                foreach (var difference in differences)
                    System.Console.WriteLine(difference.InWords());
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Export()
    {
        var (key, version) = (Key(), Version("--version", "This version instead of the newest"));
        var format = new Option<PackFormat>("--format") { Description = "markdown for people and assistants, json to edit and take in again", HelpName = "markdown|json" };
        var output = new Option<FileInfo?>("--out") { Description = "File to write; printed where not given", HelpName = "FILE" };
        var command = new Command("export", "Writes a pack for use in any assistant; no personal data is in it") { key, format, version, output };
        Run(command, async (parsed, host, token) =>
        {
            var target = parsed.GetValue(output);
            OutputFile.CheckFolder(target, "--out");
            var pack = await ReadAsync(host, parsed.GetValue(key)!, parsed.GetValue(version), token);
            var text = parsed.GetValue(format) == PackFormat.Json ? PackFile.Write(pack) : PackMarkdown.Write(pack);
            if (target is null)
            {
                System.Console.Write(text);
                return CommandLine.Done;
            }
            await OutputFile.WriteTextAsync(target, async writer =>
            {
                await writer.WriteAsync(text.AsMemory(), token);
                return true;
            });
            System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Version {pack.Version} of the pack of '{pack.Name}' is written to {target.Name}."));
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Import()
    {
        var (key, json) = (Key(), JsonOption());
        var input = new Option<FileInfo>("--in") { Description = "A pack as JSON, exported and edited; evidence and authors stay the ledger's", Required = true, HelpName = "FILE" };
        var command = new Command("import", "Takes an edited file in as the next version; refused where somebody changed the pack since the export") { key, input, json };
        Run(command, async (parsed, host, token) =>
        {
            var file = parsed.GetValue(input)!;
            if (!file.Exists)
                throw new UsageException($"--in names {file.FullName}, which does not exist; give the path of an exported pack.");
            if (file.Length > PackFile.LongestFile)
                throw new UsageException($"--in names {file.FullName}, which is too long for a pack.");
            return await SayAsync(
                await host.Get<PackDesk>().ImportAsync(parsed.GetValue(key)!, await File.ReadAllTextAsync(file.FullName, token), Environment.UserName, token), parsed.GetValue(json));
        });
        return command;
    }

    private static Command Proposals()
    {
        var (key, json) = (Key(), JsonOption());
        var all = new Option<bool>("--all") { Description = "Also those that were decided" };
        var command = new Command("proposals", "Lists changes that wait for a person, the newest first") { key, all, json };
        Run(command, async (parsed, host, token) =>
        {
            var found = await host.Get<IPackStore>().ReadProposalsAsync(parsed.GetValue(key)!, !parsed.GetValue(all), token);
            if (parsed.GetValue(json))
                System.Console.WriteLine(JsonSerializer.Serialize(found.Select(Row), SegmentsShowCommands.Json));
            else if (found.Count == 0)
                System.Console.WriteLine("No proposal waits.");
            else
                foreach (var row in found)
                    System.Console.WriteLine($"{row.Id}  {row.State.ToString().ToLowerInvariant(),-8}  {PackChangeWords.Of(row.Change, null)}{Environment.NewLine}    {row.Reason} ({PackMarkdown.InWords(row.Evidence)}; {row.By})");
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Decide(bool accepts)
    {
        var key = Key();
        var proposal = new Argument<string>("PROPOSAL") { Description = "Its id, as 'crmsync segments pack proposals' shows it" };
        var command = new Command(accepts ? "accept" : "reject", accepts ? "Accepts a proposal; its change makes the next version" : "Rejects a proposal; it is not made again") { key, proposal };
        Run(command, async (parsed, host, token) =>
        {
            var decided = await host.Get<PackDesk>().DecideAsync(parsed.GetValue(key)!, parsed.GetValue(proposal)!, accepts, Environment.UserName, token);
            if (!decided.Succeeded)
                return await FailAsync(decided.Failure);
            System.Console.WriteLine(accepts ? "The proposal is accepted and in the pack." : "The proposal is rejected; the pack stays as it is.");
            return CommandLine.Done;
        });
        return command;
    }

    private static void Run(Command command, Func<ParseResult, TalkHost, CancellationToken, Task<int>> act) => command.SetAction((parsed, token) => CommandLine.Guarded(async () =>
    {
        await using var host = await TalkHost.OpenAsync(SettingsReader.Read(parsed.GetValue(CommandLine.Config)), token);
        return await act(parsed, host, token);
    }));

    private static async Task<Pack> ReadAsync(TalkHost host, string key, int? version, CancellationToken cancellationToken)
    {
        var store = host.Get<IPackStore>();
        if (await store.ReadNewestAsync(key, cancellationToken) is not { } newest)
            throw new UsageException($"There is no pack of '{key}' yet; 'crmsync segments pack draft {key}' makes one.");
        return version is not { } wanted || wanted == newest.Version ? newest
            : await store.ReadAsync(key, wanted, cancellationToken) ?? throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"The pack of '{key}' has no version {wanted}; the newest is {newest.Version}."));
    }

    private static async Task<int> SayAsync(Result<PackOutcome> outcome, bool json)
    {
        if (!outcome.Succeeded)
            return await FailAsync(outcome.Failure);
        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(new { segment = outcome.Value.Pack.Segment, version = outcome.Value.Pack.Version, changed = outcome.Value.Changed, sentence = outcome.Value.Sentence }, SegmentsShowCommands.Json));
        else
            System.Console.WriteLine(outcome.Value.Sentence);
        return CommandLine.Done;
    }

    private static async Task<int> FailAsync(Failure failure) => failure.Code == "specialist.unknown_segment"
        ? throw new UsageException($"{failure.Message} {failure.Fix}")
        : await BriefCommand.FailAsync(failure);

    private static object Row(PackDifference difference) => new
    {
        kind = difference.Kind.ToString().ToLowerInvariant(), section = difference.Section.Slug(), line = (difference.After ?? difference.Before)!.Id, before = difference.Before?.Text,
        after = difference.After?.Text, moved = difference.Moved,
    };

    private static object Row(PackProposal proposal) => new
    {
        id = proposal.Id, state = proposal.State.ToString().ToLowerInvariant(), source = proposal.Source.ToString().ToLowerInvariant(), change = PackChangeWords.Of(proposal.Change, null),
        reason = proposal.Reason, by = proposal.By.ToString(), at = proposal.At, decidedBy = proposal.DecidedBy, decidedAt = proposal.DecidedAt,
        evidence = new { proposal.Evidence.Accounts, proposal.Evidence.Activities, proposal.Evidence.Deals, proposal.Evidence.Figures },
    };
}
