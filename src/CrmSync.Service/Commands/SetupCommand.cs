using System.CommandLine;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Service.Taxonomies;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync setup</c>: shows what the CRM lacks, asks, creates it; <c>--remove</c> takes everything of ours out again.</summary>
internal static class SetupCommand
{
    public static Command Create()
    {
        var connection = ConnectionChoice.Option();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show the plan and stop" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var remove = new Option<bool>("--remove") { Description = "Take our properties, with the labels in them, out of the CRM" };
        var command = new Command("setup", "Creates or checks the label properties in the CRM; shows its plan first") { connection, dryRun, yes, remove };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection),
            new Manner(parsed.GetValue(dryRun), parsed.GetValue(yes), parsed.GetValue(remove)), token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, string? key, Manner manner, CancellationToken cancellationToken)
    {
        ConnectionChoice.Choose(settings, key);
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var (owner, connectors) = ConnectionChoice.Open(settings, key, ledger);
        await using var ownership = owner;
        var taxonomies = (await TaxonomiesInUse.ReadAsync(HostFactory.LoadTaxonomies(settings), ledger, cancellationToken)).Set;
        var accounts = new AccountGuard(ledger);
        var keeper = new LabelPlaceKeeper(ledger, accounts, taxonomies, NullLogger<LabelPlaceKeeper>.Instance);
        var known = await ledger.ListConnectionsAsync(cancellationToken);
        var failed = false;
        foreach (var connector in connectors)
        {
            var connection = known.FirstOrDefault(candidate => candidate.Key == connector.Key);
            // A credential of another account must not get our properties made there.
            if (connection is not null && await accounts.CheckAsync(connection, connector, cancellationToken) is { } stranger)
            {
                failed |= !Say(connector, stranger);
                continue;
            }
            failed |= !await SetUpAsync(connector, taxonomies, manner, cancellationToken);
            failed |= !await ShowPlacesAsync(connector, taxonomies, cancellationToken);
            // A connection that no host has entered yet is looked at when the first one does.
            if (!manner.DryRun && connection is not null)
                await keeper.RefreshAsync(connection, connector, cancellationToken);
        }
        return failed ? CommandLine.Failed : CommandLine.Done;
    }

    private static async Task<bool> SetUpAsync(ICrmConnector connector, TaxonomySet taxonomies, Manner manner, CancellationToken cancellationToken)
    {
        var wanted = LabelProperties.For(taxonomies, connector.Kind);
        var plan = manner.Remove
            ? await connector.Setup.PlanRemovalAsync(wanted, cancellationToken)
            : await connector.Setup.PlanAsync(wanted, cancellationToken);
        if (!plan.Succeeded)
            return Say(connector, plan.Failure);
        Show(connector.Key, plan.Value);
        if (plan.Value.IsEmpty || manner.DryRun)
            return true;
        if (!manner.Yes && !Confirmed(manner.Remove))
            return false;

        var outcomes = await connector.Setup.ApplyAsync(plan.Value, cancellationToken);
        if (!outcomes.Succeeded)
            return Say(connector, outcomes.Failure);
        var failed = outcomes.Value.Where(outcome => outcome.Failure is not null && outcome.Step.Action != SetupAction.Blocked).ToList();
        foreach (var outcome in outcomes.Value.Where(outcome => outcome.Failure is not null))
            Terminal.Red($"{outcome.Step.ObjectType} {outcome.Step.Subject}: {outcome.Failure!.Message} {outcome.Failure.Fix}");
        System.Console.WriteLine($"{connector.Key}: {outcomes.Value.Count(outcome => outcome.Failure is null)} of {outcomes.Value.Count} steps done.");
        return failed.Count == 0;
    }

    /// <summary>Where labels live now; refusals are no failure as long as a record can hold each type's labels.</summary>
    private static async Task<bool> ShowPlacesAsync(ICrmConnector connector, TaxonomySet taxonomies, CancellationToken cancellationToken)
    {
        var places = await connector.Setup.ReadPlacesAsync(LabelProperties.For(taxonomies, connector.Kind), cancellationToken);
        if (!places.Succeeded)
            return Say(connector, places.Failure);
        foreach (var (type, place) in places.Value)
            System.Console.WriteLine($"{connector.Key}: {type}: {place.Sentence}");
        return places.Value.Values.All(place => place.Kind != LabelPlaceKind.Nowhere);
    }

    private static bool Say(ICrmConnector connector, Failure failure)
    {
        Terminal.Red($"{connector.Key}: {failure.Message} {failure.Fix}");
        return false;
    }

    private static void Show(string key, SetupPlan plan)
    {
        var table = new Table().Title(Markup.Escape($"Plan for {key}")).AddColumns("Do", "Where", "What", "Why");
        foreach (var step in plan.Steps)
            table.AddRow(Markup.Escape(step.Action.ToString()), Markup.Escape(step.ObjectType), Markup.Escape(step.Subject), Markup.Escape(step.Sentence));
        AnsiConsole.Write(table);
    }

    private static bool Confirmed(bool remove)
    {
        if (System.Console.IsInputRedirected)
            throw new UsageException("setup changes the CRM and there is nobody to ask; add --yes to carry the plan out, or --dry-run to see it only.");
        return AnsiConsole.Confirm(remove ? "Remove this, with every label in it?" : "Carry this out?", defaultValue: false);
    }

    private sealed record Manner(bool DryRun, bool Yes, bool Remove);
}

/// <summary>Coloured lines; the text is never read as markup.</summary>
internal static class Terminal
{
    public static void Red(string text) => AnsiConsole.Write(new Text(text + Environment.NewLine, new Style(Color.Red)));
}
