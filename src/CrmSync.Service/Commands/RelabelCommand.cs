using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Service.Taxonomies;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync relabel</c>: after a taxonomy got a new version, or was added, decides again about the stored activities whose answer is of an older one. Reads the
/// ledger, not the CRM; the old answers stay in the history, writes follow at low priority. It may be broken off and started again.
/// </summary>
internal static class RelabelCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var connection = ConnectionChoice.Option();
        var taxonomy = new Option<string[]>("--taxonomy") { Description = "Slug of a taxonomy; all when left out, several allowed", HelpName = "ID" };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Activities that took place from here on (RFC 3339)", HelpName = "TIME" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "And up to here", HelpName = "TIME" };
        var estimate = new Option<bool>("--estimate") { Description = "Say how many it would be and stop" };
        var json = new Option<bool>("--json") { Description = "Print the counts as JSON" };
        var command = new Command("relabel", "Decides again, from stored texts, what an older version of a taxonomy decided; --estimate counts")
        {
            connection, taxonomy, from, to, estimate, json,
        };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection), parsed.GetValue(taxonomy) ?? [],
            (parsed.GetValue(from) ?? DateTimeOffset.UnixEpoch, parsed.GetValue(to) ?? DateTimeOffset.FromUnixTimeMilliseconds(Latest)),
            parsed.GetValue(estimate), parsed.GetValue(json), token)));
        return command;
    }

    // The year 9999: an activity may be dated ahead.
    private const long Latest = 253_370_764_800_000;

    private static async Task<int> RunAsync(
        ServiceSettings settings, string? key, IReadOnlyList<string> slugs, (DateTimeOffset From, DateTimeOffset To) range, bool estimateOnly, bool json,
        CancellationToken cancellationToken)
    {
        if (range.From >= range.To)
            throw new UsageException("--from must lie before --to; give RFC 3339 instants such as 2026-01-31T00:00:00Z.");
        ConnectionChoice.Choose(settings, key);
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var taxonomies = Choose((await TaxonomiesInUse.ReadAsync(HostFactory.LoadTaxonomies(settings), host.Ledger, cancellationToken)).Set, slugs);
        // Also where another process is the host: its files may be older than these, and then its answers would be, too.
        await host.Ledger.EnterAsync(taxonomies, cancellationToken);
        var counts = new List<Count>();
        foreach (var (connection, _) in await host.ChooseAsync(settings, key, cancellationToken))
            foreach (var taxonomy in taxonomies)
                counts.Add(new Count(connection, taxonomy, await host.Ledger.CountOutdatedAsync(
                    new OutdatedRange(connection.Id, taxonomy, range.From, range.To), cancellationToken)));

        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(
                counts.Select(count => new { connection = count.Connection.Key, taxonomy = count.Taxonomy.Id, version = count.Taxonomy.Version, activities = count.Activities }), Json));
        else
            counts.ForEach(Show);
        return estimateOnly ? CommandLine.Done : await StartAsync(host, counts, range, cancellationToken);
    }

    private static IReadOnlyList<Taxonomy> Choose(TaxonomySet all, IReadOnlyList<string> slugs) => slugs.Count == 0
        ? all.All
        : [.. slugs.Distinct().Select(slug => all.TryGet(slug, out var found)
            ? found
            : throw new UsageException($"--taxonomy names \"{slug}\", which is not in use; in use are {string.Join(", ", all.All.Select(taxonomy => taxonomy.Id))}."))];

    private static async Task<int> StartAsync(
        RunHost host, List<Count> counts, (DateTimeOffset From, DateTimeOffset To) range, CancellationToken cancellationToken)
    {
        var failed = false;
        foreach (var group in counts.Where(count => count.Activities > 0).GroupBy(count => count.Connection.Id))
        {
            var connection = group.First().Connection;
            var request = new RunRequest(
                RunKind.Relabel, connection.Id, Environment.UserName, [.. group.Select(count => new ScanPlan(count.Taxonomy.Id, range.From, range.To))])
            {
                Expected = group.Sum(count => count.Activities),
            };
            var (run, _) = await host.Ledger.StartAsync(request, cancellationToken);
            if (run is { } id)
            {
                System.Console.WriteLine($"{connection.Key}: run {id}. 'crmsync runs --pause {id}' holds it, '--resume {id}' lets it go on, '--cancel {id}' ends it.");
                failed |= !await host.FollowAsync(id, cancellationToken);
            }
            else
            {
                System.Console.WriteLine($"{connection.Key}: this is under way already; 'crmsync runs' shows it.");
            }
        }
        return failed ? CommandLine.Failed : CommandLine.Done;
    }

    private static void Show(Count count) => System.Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{count.Connection.Key}: {count.Activities:N0} activities have no answer of {count.Taxonomy.Id}, version {count.Taxonomy.Version}. Reading them again costs no call to the CRM; changed labels are written."));

    private sealed record Count(Connection Connection, Taxonomy Taxonomy, long Activities);
}
