using System.CommandLine;
using CrmSync.Service.Hosting;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary>The command line of design §6. Exit codes: 0 done, 1 failed, 2 wrong use.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUse = 2;

    public static readonly Option<string?> Config = new("--config")
    {
        Description = "A settings file that is read after appsettings.json",
        HelpName = "FILE",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (System.Console.IsOutputRedirected)
            WritePlainly();
        var parsed = Build().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await System.Console.Error.WriteLineAsync(error.Message);
            await System.Console.Error.WriteLineAsync("Run 'crmsync --help' for the commands and their options.");
            return WrongUse;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // A host finishes what it has begun; without this the library gives it two seconds and then ends the process with 143.
            ProcessTerminationTimeout = HostFactory.ShutdownTimeout + TimeSpan.FromSeconds(5),
        }, cancellationToken);
    }

    // Spectre decides by TERM; a file or a pipe wants no escape sequences and no folded columns, whatever TERM says.
    private static void WritePlainly()
    {
        AnsiConsole.Profile.Capabilities.Ansi = false;
        AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        AnsiConsole.Profile.Width = 200;
    }

    private static RootCommand Build()
    {
        var root = new RootCommand("CrmSync labels sales activities in HubSpot and Salesforce. Without a command it runs the host.")
        {
            RunCommand.Create(), DemoCommand.Create(), SimulateCommand.Create(), SetupCommand.Create(), DoctorCommand.Create(), PollCommand.Create(),
            BackfillCommand.Create(), ReconcileCommand.Create(), RelabelCommand.Create(), RunsCommand.Create(),
            ClassifyCommand.Create(), TrainCommand.Create(), FineTuningCommand.Create(), EvaluateCommand.Create(), WriteModeCommands.CreateResume(), WriteModeCommands.CreatePause(),
            PreviewCommand.Create(), ApproveCommand.Create(),
            SchedulesCommand.Create(), ReviewCommand.Create(), ModelsCommand.Create(), UsersCommand.Create(),
            LogCommand.Create(), KeysCommand.Create(),
            ActCommands.CreateUndo(), ActCommands.CreateRetry(), ActCommands.CreateDiscard(), ActCommands.CreateForce(), LettersCommand.Create(),
            AlertsCommand.Create(), EraseCommand.Create(), RetentionCommand.Create(), AuditCommand.Create(), HonestyCommand.Create(), SegmentsCommand.Create(), BriefCommand.Create(), AskCommand.Create(),
        };
        root.Options.Add(Config);
        root.SetAction((parsed, token) => Guarded(() => RunCommand.RunAsync(parsed.GetValue(Config), token)));
        return root;
    }

    /// <summary>Runs a command; what a person can mend is said in one sentence, without a stack.</summary>
    public static async Task<int> Guarded(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            await System.Console.Error.WriteLineAsync("Stopped.");
            return Failed;
        }
        catch (Exception fault) when (CommandFaults.Explain(fault) is { } explained)
        {
            await System.Console.Error.WriteLineAsync(explained.Sentence);
            return explained.ExitCode;
        }
    }
}
