using System.CommandLine;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync setup</c>: shows what the CRM lacks, asks, creates it.</summary>
internal static class SetupCommand
{
    public static Command Create()
    {
        var connection = ConnectionChoice.Option();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show the plan and stop" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = new Command("setup", "Creates or checks the label properties in the CRM; shows its plan first") { connection, dryRun, yes };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection), parsed.GetValue(dryRun), parsed.GetValue(yes), token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, string? key, bool dryRun, bool yes, CancellationToken cancellationToken)
    {
        var (owner, connectors) = ConnectionChoice.Open(settings, key);
        await using var ownership = owner;
        var taxonomies = HostFactory.LoadTaxonomies(settings);
        var failed = false;
        foreach (var connector in connectors)
            failed |= !await SetUpAsync(connector, taxonomies, dryRun, yes, cancellationToken);
        return failed ? CommandLine.Failed : CommandLine.Done;
    }

    private static async Task<bool> SetUpAsync(
        ICrmConnector connector, TaxonomySet taxonomies, bool dryRun, bool yes, CancellationToken cancellationToken)
    {
        var plan = await connector.Setup.PlanAsync(LabelProperties.For(taxonomies, connector.Kind), cancellationToken);
        if (!plan.Succeeded)
        {
            Terminal.Red($"{connector.Key}: {plan.Failure.Message} {plan.Failure.Fix}");
            return false;
        }
        Show(connector.Key, plan.Value);
        if (plan.Value.IsEmpty || dryRun)
            return plan.Value.Steps.All(step => step.Action != SetupAction.Blocked);
        if (!yes && !Confirmed())
            return false;

        var outcomes = await connector.Setup.ApplyAsync(plan.Value, cancellationToken);
        if (!outcomes.Succeeded)
        {
            Terminal.Red($"{connector.Key}: {outcomes.Failure.Message} {outcomes.Failure.Fix}");
            return false;
        }
        var refused = outcomes.Value.Where(outcome => outcome.Failure is not null).ToList();
        foreach (var outcome in refused)
            Terminal.Red($"{outcome.Step.ObjectType} {outcome.Step.Subject}: {outcome.Failure!.Message} {outcome.Failure.Fix}");
        System.Console.WriteLine($"{connector.Key}: {outcomes.Value.Count - refused.Count} of {outcomes.Value.Count} steps done.");
        return refused.Count == 0;
    }

    private static void Show(string key, SetupPlan plan)
    {
        var table = new Table().Title(Markup.Escape($"Plan for {key}")).AddColumns("Do", "Where", "What", "Why");
        foreach (var step in plan.Steps)
            table.AddRow(Markup.Escape(step.Action.ToString()), Markup.Escape(step.ObjectType), Markup.Escape(step.Subject), Markup.Escape(step.Sentence));
        AnsiConsole.Write(table);
    }

    private static bool Confirmed()
    {
        if (System.Console.IsInputRedirected)
            throw new UsageException("setup changes the CRM and there is nobody to ask; add --yes to carry the plan out, or --dry-run to see it only.");
        return AnsiConsole.Confirm("Carry this out?", defaultValue: false);
    }
}

/// <summary>The label properties that the taxonomies ask for in one kind of CRM.</summary>
internal static class LabelProperties
{
    public static IReadOnlyList<LabelProperty> For(TaxonomySet taxonomies, string crmKind) =>
    [
        .. from taxonomy in taxonomies.All
           where taxonomy.Properties.ContainsKey(crmKind)
           select new LabelProperty(
               taxonomy.Id, taxonomy.Properties[crmKind], taxonomy.Name, $"Set by CrmSync: {taxonomy.Name}. A value that a person sets stays.",
               [.. taxonomy.Labels.Select(label => new LabelOption(label.Value, label.Definition))]),
    ];
}

/// <summary>Coloured lines; the text is never read as markup.</summary>
internal static class Terminal
{
    public static void Red(string text) => AnsiConsole.Write(new Text(text + Environment.NewLine, new Style(Color.Red)));
}
