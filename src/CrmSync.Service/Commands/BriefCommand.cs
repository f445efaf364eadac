using System.CommandLine;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync brief</c>: what to know, say and ask before speaking to an account. Works without a hosted model; where one is configured, it words points.</summary>
internal static class BriefCommand
{
    private const int MostFound = 20;
    private const int MostCharacters = 1_000_000;

    public static Command Create()
    {
        var account = new Argument<string?>("ACCOUNT")
        {
            Description = "The account: CONNECTION:ID as the CRM has it, the ledger's id, its domain, or how its name begins", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null,
        };
        var text = new Option<string?>("--text") { Description = "For a prospect that is not in the CRM: a file that tells about it, or - for standard input; the text is not kept", HelpName = "FILE|-" };
        var tokens = new Option<int?>("--tokens") { Description = "Tokens that the brief may take, 100 to 100,000", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "As JSON, for scripts and assistants" };
        var markdown = new Option<bool>("--markdown") { Description = "As Markdown, for documents and assistants" };
        var output = new Option<FileInfo?>("--out") { Description = "Write into a file instead of standard output", HelpName = "FILE" };
        var note = new Option<bool>("--write-note") { Description = "Then write it to the account in its CRM as a note; says before what and where" };
        var yes = new Option<bool>("--yes") { Description = "With --write-note: for scripts, nothing is asked" };
        var dryRun = new Option<bool>("--dry-run") { Description = "With --write-note: say what would be written, and stop" };
        var takeBack = new Option<long?>("--take-back") { Description = "Take the note of an earlier brief away from the CRM, unless somebody changed it; nothing new is made", HelpName = "BRIEF" };
        var command = new Command("brief", "Makes a brief for an account: its segment, what to say, to ask and to watch out for") { account, text, tokens, json, markdown, output, note, yes, dryRun, takeBack };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            new Wanted(
                parsed.GetValue(account), parsed.GetValue(text), parsed.GetValue(tokens), parsed.GetValue(json), parsed.GetValue(markdown), parsed.GetValue(output))
            {
                WriteNote = parsed.GetValue(note), Yes = parsed.GetValue(yes), DryRun = parsed.GetValue(dryRun), TakeBack = parsed.GetValue(takeBack),
            },
            parsed.GetValue(CommandLine.Config), token)));
        return command;
    }

    private static async Task<int> RunAsync(Wanted wanted, string? config, CancellationToken cancellationToken)
    {
        wanted.Check();
        var settings = SettingsReader.Read(config);
        if (wanted.TakeBack is { } earlier)
            return await BriefNoteStep.TakeBackAsync(settings, earlier, cancellationToken);
        var (exit, brief) = await MakeAsync(settings, wanted, cancellationToken);
        // The ledger is let go of before: writing may make this process the host.
        return wanted.WriteNote && brief is { } made ? await BriefNoteStep.RunAsync(settings, made, wanted.Yes, wanted.DryRun, cancellationToken) : exit;
    }

    private static async Task<(int Exit, long? Brief)> MakeAsync(ServiceSettings settings, Wanted wanted, CancellationToken cancellationToken)
    {
        var text = wanted.Text is { } source ? await ReadAsync(source, cancellationToken) : null;
        await using var host = await TalkHost.OpenAsync(settings, cancellationToken);
        var desk = host.Get<BriefDesk>();
        var wish = new BriefWish(Environment.UserName, wanted.Tokens);
        var made = text is not null
            ? await desk.ForTextAsync(text, wish, cancellationToken)
            : await desk.ForAccountAsync(await FindAsync(host.Get<IBriefStore>(), wanted.Account!, cancellationToken), wish, cancellationToken);
        if (!made.Succeeded)
            return (await FailAsync(made.Failure), null);
        var brief = made.Value.Content!;
        var written = wanted.Json ? BriefText.Json(brief) : wanted.Markdown ? BriefText.Markdown(brief) : BriefText.Plain(brief);
        if (wanted.Output is { } file)
        {
            await OutputFile.WriteTextAsync(file, async writer =>
            {
                await writer.WriteAsync(written.AsMemory(), cancellationToken);
                return true;
            });
            System.Console.WriteLine(FormattableString.Invariant($"The brief takes {brief.Tokens:N0} of {brief.Budget:N0} tokens; written to {file.Name}."));
            return (CommandLine.Done, made.Value.Id);
        }
        System.Console.WriteLine(written.TrimEnd());
        return (CommandLine.Done, made.Value.Id);
    }

    /// <summary>Says why something could not be done, and the way out.</summary>
    internal static async Task<int> FailAsync(Failure failure)
    {
        await System.Console.Error.WriteLineAsync($"{failure.Message} {failure.Fix}".TrimEnd());
        return CommandLine.Failed;
    }

    private static async Task<long> FindAsync(IBriefStore store, string wanted, CancellationToken cancellationToken)
    {
        var chosen = BriefSubjects.Choose(wanted, await store.FindAccountsAsync(wanted, MostFound, cancellationToken));
        return chosen.Succeeded ? chosen.Value.Id : throw new UsageException($"{chosen.Failure.Message} {chosen.Failure.Fix}");
    }

    private static async Task<string> ReadAsync(string source, CancellationToken cancellationToken)
    {
        if (source != "-" && !File.Exists(source))
            throw new UsageException($"--text names {Path.GetFullPath(source)}, which does not exist; give the path of a text file, or - for standard input.");
        using var reader = source == "-" ? System.Console.In : new StreamReader(source);
        var buffer = new char[MostCharacters];
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer.AsMemory(), cancellationToken));
    }

    private sealed record Wanted(string? Account, string? Text, int? Tokens, bool Json, bool Markdown, FileInfo? Output)
    {
        public bool WriteNote { get; init; }

        public bool Yes { get; init; }

        public bool DryRun { get; init; }

        /// <summary>Ledger id of the brief whose note is taken back; null where a brief is made.</summary>
        public long? TakeBack { get; init; }

        public void Check()
        {
            if (TakeBack is not null)
            {
                if (this != new Wanted(null, null, null, false, false, null) { TakeBack = TakeBack })
                    throw new UsageException("--take-back stands alone; it makes no brief.");
                return;
            }
            if (string.IsNullOrWhiteSpace(Account) == Text is null)
                throw new UsageException(Text is null
                    ? "Name the account; or give --text FILE for a prospect that is not in the CRM."
                    : "Give an account or --text, not both: a text is for a prospect that is not in the CRM.");
            if (Json && Markdown)
                throw new UsageException("--json and --markdown cannot both be; give one of them.");
            if (Tokens is < 100 or > 100_000)
                throw new UsageException(FormattableString.Invariant($"--tokens is {Tokens}; give a number from 100 to 100000."));
            if (WriteNote && Text is not null)
                throw new UsageException("--write-note needs an account of the CRM; a prospect of whom only a text is known has none.");
            if (WriteNote && Output is null && (Json || Markdown))
                throw new UsageException("--write-note speaks on standard output, too; send --json or --markdown into a file with --out.");
            if (!WriteNote && (Yes || DryRun))
                throw new UsageException("--yes and --dry-run belong to --write-note.");
            OutputFile.CheckFolder(Output, "--out");
        }
    }
}
