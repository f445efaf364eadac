using System.CommandLine;
using System.Text.Json;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync ask</c>: a question to a segment's specialist, in the segment's one thread. Without a hosted model it finds and cites.</summary>
internal static class AskCommand
{
    private const int MostShown = 200;

    public static Command Create()
    {
        var segment = new Argument<string>("SEGMENT") { Description = "Key of the segment, as 'crmsync segments list' shows it" };
        var question = new Argument<string?>("QUESTION") { Description = "The question, in quotation marks", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null };
        var history = new Option<bool>("--history") { Description = FormattableString.Invariant($"Show the thread so far instead, oldest first, at most its {MostShown} newest messages") };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command("ask", "Asks the specialist of a segment; the thread is kept") { segment, question, history, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            parsed.GetValue(segment)!, parsed.GetValue(question), parsed.GetValue(history), parsed.GetValue(json), parsed.GetValue(CommandLine.Config), token)));
        return command;
    }

    private static async Task<int> RunAsync(string segment, string? question, bool history, bool json, string? config, CancellationToken cancellationToken)
    {
        if (history == question is not null)
            throw new UsageException(history ? "--history takes no question; leave one of them out." : "Write the question in quotation marks; or give --history for the thread so far.");
        await using var host = await TalkHost.OpenAsync(SettingsReader.Read(config), cancellationToken);
        if (history)
        {
            var messages = (await host.Get<IThreadStore>().ReadMessagesAsync(segment, null, MostShown, cancellationToken)).Reverse().ToList();
            if (json)
                System.Console.WriteLine(JsonSerializer.Serialize(messages.Select(Row), SegmentsShowCommands.Json));
            else if (messages.Count == 0)
                System.Console.WriteLine($"Nobody has asked anything about '{segment}' yet.");
            else
                messages.ForEach(Show);
            return CommandLine.Done;
        }
        var asked = await host.Get<ThreadDesk>().AskAsync(segment, question!, Environment.UserName, cancellationToken);
        if (!asked.Succeeded)
            return await BriefCommand.FailAsync(asked.Failure);
        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(Row(asked.Value.Answer), SegmentsShowCommands.Json));
        else
            Show(asked.Value.Answer);
        return CommandLine.Done;
    }

    private static object Row(ThreadMessage message) => new
    {
        id = message.Id, role = message.Role.ToString().ToLowerInvariant(), author = message.Author, at = message.At, text = message.Text,
        citations = message.Citations.Select((citation, at) => new { mark = at + 1, kind = citation.Kind.ToString().ToLowerInvariant(), id = citation.Key, account = citation.Account, quote = citation.Quote }),
        notices = message.Notices, erased = message.ErasedAt,
    };

    private static void Show(ThreadMessage message)
    {
        System.Console.WriteLine(FormattableString.Invariant($"{message.At.ToUniversalTime():yyyy-MM-dd HH:mm} {message.Author}:"));
        System.Console.WriteLine(message.ErasedAt is null ? message.Text : "(It told of an activity that was erased, so its words are gone.)");
        foreach (var (at, citation) in message.Citations.Index())
            System.Console.WriteLine(FormattableString.Invariant($"  [{at + 1}] {(citation.Kind is CitationKind.Line ? "line" : "activity")} {citation.Key}{(citation.Account is { } account ? $" of account {account}" : "")}"));
        foreach (var notice in message.Notices)
            System.Console.WriteLine($"  ({notice})");
        System.Console.WriteLine();
    }
}
