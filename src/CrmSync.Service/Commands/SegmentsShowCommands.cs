using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync segments list</c> and <c>show</c>: what the ledger knows about segments. Changes nothing.</summary>
internal static class SegmentsShowCommands
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private const int MostAccounts = 1_000;
    private const int MostLinks = 200;

    public static IEnumerable<Command> Create()
    {
        var all = new Option<bool>("--all") { Description = "Also those that were rejected, merged or retired" };
        var links = new Option<bool>("--links") { Description = "Pairs of accounts that people said something about, or that edits in the CRM suggest" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var list = new Command("list", "Lists segments, proposals first") { all, links, json };
        list.SetAction((parsed, token) => CommandLine.Guarded(() => OpenAsync(parsed.GetValue(CommandLine.Config), async ledger =>
        {
            if (parsed.GetValue(links))
                return await ListLinksAsync(ledger, parsed.GetValue(json), token);
            var found = await ledger.Segments.ListAsync(parsed.GetValue(all) ? null : [SegmentState.Proposed, SegmentState.Approved], token);
            if (parsed.GetValue(json))
                System.Console.WriteLine(JsonSerializer.Serialize(found.Select(Row), Json));
            else
                Show(found);
            return CommandLine.Done;
        }, token)));

        var key = new Argument<string>("KEY") { Description = "Key of the segment, as 'crmsync segments list' shows it" };
        var most = new Option<int>("--accounts") { Description = "At most so many accounts, the surest first, up to 1,000", DefaultValueFactory = _ => 20, HelpName = "COUNT" };
        var asJson = new Option<bool>("--json") { Description = "Print JSON" };
        var show = new Command("show", "Shows one segment: why it is one, its accounts with reasons, what people made of it") { key, most, asJson };
        show.SetAction((parsed, token) => CommandLine.Guarded(() => OpenAsync(
            parsed.GetValue(CommandLine.Config),
            ledger => ShowAsync(ledger, parsed.GetValue(key)!, Math.Clamp(parsed.GetValue(most), 0, MostAccounts), parsed.GetValue(asJson), token), token)));
        return [list, show];
    }

    /// <summary>A segment for scripts.</summary>
    public static object Row(SegmentCard card) => new
    {
        key = card.Key, name = card.Name, state = card.StateName, version = card.Version, accounts = card.Accounts, found = card.Found, stability = card.Stability,
        specialist = card.IsPromoted, mergedInto = card.MergedInto, terms = card.TopTerms,
    };

    /// <summary>A table for people.</summary>
    public static void Show(IReadOnlyList<SegmentCard> found)
    {
        if (found.Count == 0)
        {
            System.Console.WriteLine("There are no segments yet; 'crmsync segments fit' looks for them.");
            return;
        }
        var table = new Table().AddColumns("Key", "Name", "State", "Version", "Accounts", "Stability", "Speaks of");
        foreach (var card in found)
            table.AddRow(new[]
            {
                card.Key, card.Name, card.StateName, $"{card.Version}", string.Create(CultureInfo.InvariantCulture, $"{card.Accounts:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{card.Stability:0.00}"), string.Join(", ", card.TopTerms),
            }.Select(Markup.Escape).ToArray());
        AnsiConsole.Write(table);
    }

    private static async Task<int> OpenAsync(string? config, Func<LedgerReader, Task<int>> act, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(SettingsReader.Read(config), asHost: false, cancellationToken);
        return await act(new LedgerReader(ledger, TimeProvider.System));
    }

    private static async Task<int> ListLinksAsync(LedgerReader ledger, bool json, CancellationToken cancellationToken)
    {
        List<AccountLinkRow> rows = [];
        foreach (var state in (LinkState[])[LinkState.Candidate, LinkState.Active])
            rows.AddRange((await ledger.Segments.LinksAsync(state, new PageRequest(null, null, MostLinks), cancellationToken)).Rows);
        if (json)
        {
            System.Console.WriteLine(JsonSerializer.Serialize(
                rows.Select(row => new { id = row.Id, kind = row.KindName, state = row.StateName, source = row.Source, first = row.FirstName, second = row.SecondName, segment = row.Segment, by = row.Actor }), Json));
            return CommandLine.Done;
        }
        foreach (var row in rows)
            System.Console.WriteLine(
                $"{row.Id}  {row.FirstName} and {row.SecondName} {(row.Kind is LinkKind.Must ? "belong together" : "never share a segment")}{(row.StateName == "candidate" ? "?" : "")} ({row.StateName}, by {row.Actor})");
        if (rows.Count == 0)
            System.Console.WriteLine("Nobody said anything about two accounts yet.");
        return CommandLine.Done;
    }

    private static async Task<int> ShowAsync(LedgerReader ledger, string key, int most, bool json, CancellationToken cancellationToken)
    {
        var view = await ledger.Segments.FindAsync(key, cancellationToken)
            ?? throw new UsageException($"There is no segment '{key}'; 'crmsync segments list --all' shows them.");
        var accounts = most == 0 ? [] : (await ledger.Segments.AccountsAsync(key, new PageRequest(null, null, most), cancellationToken)).Rows;
        var card = view.Card;
        if (json)
        {
            System.Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    segment = Row(card),
                    terms = card.Description.Terms.Select(term => term.Term),
                    quotes = card.Description.Quotes.Select(quote => quote.Text),
                    accounts = accounts.Select(row => new { connection = row.Connection, type = row.ObjectType, id = row.ExternalId, name = row.Name, reason = row.Reason, activities = row.Evidence, write = row.WriteStatus }),
                    versions = view.Versions.Select(version => new { version = version.Version, action = version.ActionName, name = version.Name, by = version.Actor, reason = version.Reason, undone = version.UndoneAt is not null }),
                },
                Json));
            return CommandLine.Done;
        }
        System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{card.Name} ({card.Key}): {card.StateName}, version {card.Version}, {card.Accounts:N0} accounts, stability {card.Stability:0.00}"));
        System.Console.WriteLine($"Speaks of: {string.Join(", ", card.Description.Terms.Select(term => term.Term))}");
        foreach (var quote in card.Description.Quotes)
            System.Console.WriteLine($"  \"{quote.Text}\"");
        foreach (var row in accounts)
            System.Console.WriteLine($"  {row.Connection}/{row.ExternalId}  {row.Name}: {row.Reason}{(row.WriteStatus is { } status ? $" ({status})" : "")}");
        foreach (var version in view.Versions)
            System.Console.WriteLine($"  version {version.Version}: {version.ActionName} by {version.Actor}{(version.Reason is { } why ? $", {why}" : "")}{(version.UndoneAt is null ? "" : " (taken back)")}");
        return CommandLine.Done;
    }
}
