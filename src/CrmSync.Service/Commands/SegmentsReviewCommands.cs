using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary>What people make of segments, by command. A running host assigns accounts anew and writes what follows.</summary>
internal static class SegmentsReviewCommands
{
    public static IEnumerable<Command> Create() =>
    [
        Decide("approve", "Approves a segment: accounts are assigned to it and its name is written to them", (store, order, _, token) => store.DecideAsync(order, SegmentState.Approved, token)),
        Decide("reject", "Rejects a segment; a search that finds it again does not bring it back", (store, order, _, token) => store.DecideAsync(order, SegmentState.Rejected, token)),
        Decide("retire", "Takes a segment out of use; a search that finds it again proposes it anew", (store, order, _, token) => store.DecideAsync(order, SegmentState.Retired, token)),
        Decide("rename", "Gives a segment another name; the CRM's values follow", (store, order, name, token) => store.RenameAsync(order, name, token), "NAME", "The new name, 1 to 255 characters on one line"),
        Decide("merge", "Makes a segment part of another one", (store, order, into, token) => store.MergeAsync(order, into, token), "INTO", "Key of the segment that takes it in"),
        Decide("undo", "Takes the newest change of a segment back", (store, order, _, token) => store.UndoAsync(order, token)),
        Split(), Link(), Unlink(),
    ];

    private static Option<bool> JsonOption() => new("--json") { Description = "Print the outcome as JSON" };

    private static Argument<string> Key() => new("KEY") { Description = "Key of the segment, as 'crmsync segments list' shows it" };

    private static Option<string?> Reason() => new("--reason") { Description = "Why, for the history", HelpName = "TEXT" };

    private static Option<long?> Seen() => new("--seen") { Description = "Refuse where the segment is not of this version any more", HelpName = "VERSION" };

    private static Command Decide(
        string name, string what, Func<ISegmentStore, SegmentOrder, string, CancellationToken, Task<SegmentOutcome>> act, string? more = null, string? meaning = null)
    {
        var (key, reason, seen, json) = (Key(), Reason(), Seen(), JsonOption());
        var command = new Command(name, what) { key };
        var value = more is null ? null : new Argument<string>(more) { Description = meaning };
        if (value is not null)
            command.Add(value);
        foreach (var option in (Option[])[reason, seen, json])
            command.Add(option);
        command.SetAction((parsed, token) => RunAsync(
            parsed, json,
            store => act(
                store, new SegmentOrder(parsed.GetValue(key)!, Environment.UserName) { Seen = parsed.GetValue(seen), Reason = parsed.GetValue(reason) },
                value is null ? "" : parsed.GetValue(value)!, token),
            token));
        return command;
    }

    private static Command Split()
    {
        var (key, reason, seen, json) = (Key(), Reason(), Seen(), JsonOption());
        var name = new Argument<string>("NAME") { Description = "Name of the new segment" };
        var accounts = new Argument<string[]>("ACCOUNT") { Description = "Accounts that leave for it, each as CONNECTION/ID", Arity = ArgumentArity.OneOrMore };
        var command = new Command("split", "Makes some accounts of a segment a segment of their own") { key, name, accounts, reason, seen, json };
        command.SetAction((parsed, token) => RunAsync(
            parsed, json,
            async store => await store.SplitAsync(
                new SegmentOrder(parsed.GetValue(key)!, Environment.UserName) { Seen = parsed.GetValue(seen), Reason = parsed.GetValue(reason) }, parsed.GetValue(name)!,
                await FindAsync(store, parsed.GetValue(accounts)!, token), token),
            token));
        return command;
    }

    private static Command Link()
    {
        var accounts = new Argument<string[]>("ACCOUNT") { Description = "Two accounts, each as CONNECTION/ID; none with --candidate", Arity = new ArgumentArity(0, 2) };
        var apart = new Option<bool>("--apart") { Description = "They never share a segment; else they belong together" };
        var candidate = new Option<long?>("--candidate") { Description = "Let hold what an edit in the CRM suggests, by its number in 'crmsync segments list --links'", HelpName = "LINK" };
        var json = JsonOption();
        var command = new Command("link", "Says of two accounts that they belong together, or never do") { accounts, apart, candidate, json };
        command.SetAction((parsed, token) => RunAsync(
            parsed, json,
            async store =>
            {
                var given = parsed.GetValue(accounts) ?? [];
                if (parsed.GetValue(candidate) is { } id)
                    return given.Length == 0 ? await store.SettleLinkAsync(id, LinkState.Active, Environment.UserName, token) : throw new UsageException("Give two accounts, or --candidate, not both.");
                if (given.Length != 2)
                    throw new UsageException("Give two accounts, each as CONNECTION/ID.");
                var found = await FindAsync(store, given, token);
                return await store.LinkAsync(parsed.GetValue(apart) ? LinkKind.Cannot : LinkKind.Must, found[0], found[1], Environment.UserName, token);
            },
            token));
        return command;
    }

    private static Command Unlink()
    {
        var link = new Argument<long>("LINK") { Description = "Its number in 'crmsync segments list --links'" };
        var json = JsonOption();
        var command = new Command("unlink", "Takes back what was said of two accounts, or puts away what an edit in the CRM suggests") { link, json };
        command.SetAction((parsed, token) => RunAsync(
            parsed, json,
            async store =>
            {
                var id = parsed.GetValue(link);
                // What holds is taken back; a candidate does not hold yet and is put away.
                var outcome = await store.SettleLinkAsync(id, LinkState.Removed, Environment.UserName, token);
                return outcome.Answer is SegmentAnswer.Refused ? await store.SettleLinkAsync(id, LinkState.Dismissed, Environment.UserName, token) : outcome;
            },
            token));
        return command;
    }

    private static async Task<IReadOnlyList<long>> FindAsync(ISegmentStore store, IReadOnlyList<string> accounts, CancellationToken cancellationToken)
    {
        List<(string Connection, string Id)> names = [];
        foreach (var account in accounts)
        {
            var at = account.IndexOf('/', StringComparison.Ordinal);
            if (at <= 0 || at == account.Length - 1)
                throw new UsageException($"'{account}' names no account; give the key of its connection and its id in the CRM, such as hubspot-main/1234.");
            names.Add((account[..at], account[(at + 1)..]));
        }
        var found = await store.FindAccountsAsync(names, cancellationToken);
        for (var place = 0; place < found.Count; place++)
            if (found[place] is null)
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"The ledger knows no account '{accounts[place]}'."));
        return [.. found.Select(id => id!.Value)];
    }

    private static Task<int> RunAsync(ParseResult parsed, Option<bool> json, Func<ISegmentStore, Task<SegmentOutcome>> act, CancellationToken cancellationToken) => CommandLine.Guarded(async () =>
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(SettingsReader.Read(parsed.GetValue(CommandLine.Config)), asHost: false, cancellationToken);
        var outcome = await act(ledger);
        if (parsed.GetValue(json))
            System.Console.WriteLine(JsonSerializer.Serialize(
                new { answer = outcome.Answer.ToString().ToLowerInvariant(), key = outcome.Key, version = outcome.Version, sentence = outcome.Sentence }, SegmentsShowCommands.Json));
        else
            System.Console.WriteLine(outcome.Sentence);
        return outcome.Holds ? CommandLine.Done : outcome.Answer is SegmentAnswer.Unknown ? CommandLine.WrongUse : CommandLine.Failed;
    });
}
