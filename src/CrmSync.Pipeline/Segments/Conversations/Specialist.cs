using System.Text;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>An answer of a segment's specialist.</summary>
/// <param name="Text">The answer, with marks [1], [2], … for what it cites.</param>
/// <param name="Citations">What it cites, in the order of the marks.</param>
/// <param name="Notices">What was left out, shortened or went wrong.</param>
/// <param name="Summary">The summary of the older thread to keep for next time; null where there is none.</param>
/// <param name="Tokens">Estimate of what was sent; 0 without a model.</param>
/// <param name="By">Who answered.</param>
public sealed record SpecialistAnswer(string Text, IReadOnlyList<Citation> Citations, IReadOnlyList<string> Notices, ThreadSummary? Summary, int Tokens, PackAuthor By);

/// <summary>
/// Answers questions about one segment. With a hosted model it answers from the pack, the thread and what was found; without one, or where the model fails, it shows what was found
/// and where. Thread-safe; keeps nothing between questions.
/// </summary>
/// <param name="options">How much a prompt holds.</param>
/// <param name="numbers">From how many accounts on something is shown.</param>
/// <param name="model">The model; null for retrieval alone.</param>
/// <param name="names">Names that are known, to take them out of a question before it is kept or sent.</param>
public sealed class Specialist(ConversationOptions options, NumberOptions numbers, SpecialistModel? model = null, IKnownNames? names = null)
{
    private const int LongestQuestion = 8_000;

    private static readonly string SummarySchema = ModelAnswer.Schema(["summary"]);

    private static readonly string SummarySystem =
        "You shorten a conversation between colleagues and a specialist, so that it can go on later.\n\n" + SpecialistModel.AboutData
        + "# Rules\n1. At most twelve statements of one sentence: what was asked, what was found out, what was decided, what is open.\n2. \"kind\" is summary, \"topic\" is empty, \"tier\" is common, \"cites\" the ids of the messages.\n";

    private readonly Redactor _redactor = new(names);

    /// <summary>What of a person's words may be kept and sent: without personal data and characters that no keyboard writes.</summary>
    /// <param name="words">The words.</param>
    /// <param name="cancellationToken">Stops waiting for the names.</param>
    public async Task<string> CleanAsync(string words, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (names is not null)
            await names.ReadyAsync(cancellationToken);
        return _redactor.Apply(new string([.. words.ReplaceLineEndings("\n").Where(c => c is '\n' or '\t' || !char.IsControl(c))])).Trim();
    }

    /// <summary>Answers one question.</summary>
    /// <param name="scope">The segment.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Result<SpecialistAnswer>> AskAsync(SegmentScope scope, string question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(question);
        if (options.Validate() is { Count: > 0 } faults)
            return SpecialistFailures.Of("specialist.bad_edit", string.Join(" ", faults));
        if (question.Length > LongestQuestion)
            return SpecialistFailures.Of("specialist.bad_edit", FormattableString.Invariant($"The question has {question.Length} characters and may have {LongestQuestion}."), "Ask in fewer words.");
        var clean = await CleanAsync(question, cancellationToken);
        if (clean.Length == 0)
            return SpecialistFailures.Of("specialist.bad_edit", "The question is empty.", "Write what you want to know.");
        var passages = Retrieval.Find(scope, clean, numbers.FewestForQuote, options.MostPassages);
        if (model is null)
            return Found(passages, [], scope.Summary, 0);
        var tokens = (int)((options.ContextTokens - options.AnswerTokens) * options.HistoryShare);
        var cut = HistorySummary.Cut(scope, tokens);
        List<string> notices = [];
        var summary = cut.Older.Count == 0 ? null : HistorySummary.Covers(scope.Summary, cut.Older) ? scope.Summary : await SummariseAsync(model, scope, cut.Older, tokens, notices, cancellationToken);
        var built = ThreadPrompt.Build(scope, clean, passages, cut, summary, options);
        if (!built.Succeeded)
            return built.Failure;
        notices.AddRange(built.Value.Notices);
        var reply = await model.AskAsync(ThreadPrompt.System, built.Value.Data, built.Value.Request, "answer", ThreadPrompt.Schema, cancellationToken);
        if (!reply.Succeeded)
            return Found(passages, [.. notices, $"The model did not answer, so this is what was found: {reply.Failure.Message}"], summary, built.Value.Tokens);
        if (ModelAnswer.Read(reply.Value.Text, built.Value.Handles.Keys.ToHashSet(StringComparer.Ordinal)) is not { Count: > 0 } statements)
            return Found(passages, [.. notices, "The model's answer was not what was asked for, so this is what was found."], summary, built.Value.Tokens);
        return Worded(statements, built.Value, notices, summary, PackAuthor.Model(reply.Value.Model));
    }

    private static SpecialistAnswer Worded(
        IReadOnlyList<ModelAnswer.Statement> statements, ThreadQuestion asked, List<string> notices, ThreadSummary? summary, PackAuthor by)
    {
        List<Citation> citations = [];
        var text = new StringBuilder();
        var bare = 0;
        foreach (var statement in statements)
        {
            text.Append(statement.Text);
            foreach (var cite in statement.Cites)
                text.Append(FormattableString.Invariant($" [{Number(citations, asked.Handles[cite].Cite())}]"));
            if (statement.Cites.Count == 0)
            {
                bare++;
                text.Append(" (nothing known of the segment is cited for this)");
            }
            text.Append('\n');
        }
        if (bare == statements.Count)
            notices.Add("The answer cites nothing that is known of the segment; take it as an opinion.");
        return new SpecialistAnswer(text.ToString().TrimEnd(), citations, notices, summary, asked.Tokens, by);
    }

    private SpecialistAnswer Found(IReadOnlyList<Passage> passages, IReadOnlyList<string> notices, ThreadSummary? summary, int tokens)
    {
        List<Citation> citations = [];
        var text = new StringBuilder();
        var shown = passages.Take(options.ShownWithoutModel).ToList();
        if (shown.Count == 0)
            return new SpecialistAnswer("Nothing in the pack or in the activities of this segment speaks of it.", [], notices, summary, tokens, PackAuthor.Template);
        foreach (var passage in shown.Where(passage => passage.Line is not null))
            text.Append(FormattableString.Invariant($"{passage.Line!.Section.Title()}: {passage.Text} [{Number(citations, passage.Cite())}]\n"));
        foreach (var said in shown.Where(passage => passage is { Sentence: not null, IsQuotable: true }).GroupBy(passage => passage.Text, StringComparer.OrdinalIgnoreCase))
        {
            var marks = said.Select(passage => FormattableString.Invariant($"[{Number(citations, passage.Cite())}]")).ToList();
            text.Append(marks.Count == 1 ? "An activity says" : FormattableString.Invariant($"{marks.Count} activities say")).Append(": “").Append(said.Key).Append("” ").AppendJoin(' ', marks).Append('\n');
        }
        var hidden = shown.Where(passage => passage is { Sentence: not null, IsQuotable: false }).Select(passage => Number(citations, passage.Cite())).ToList();
        if (hidden.Count > 0)
        {
            text.Append(FormattableString.Invariant(
                $"{hidden.Count} more {(hidden.Count == 1 ? "activity speaks" : "activities speak")} of it, but fewer than {numbers.FewestForQuote} accounts do, so no words are shown: {string.Join(' ', hidden.Select(mark => FormattableString.Invariant($"[{mark}]")))}\n"));
        }
        return new SpecialistAnswer(text.ToString().TrimEnd(), citations, notices, summary, tokens, PackAuthor.Template);
    }

    private static async Task<ThreadSummary> SummariseAsync(
        SpecialistModel model, SegmentScope scope, IReadOnlyList<ThreadMessage> older, int tokens, List<string> notices, CancellationToken cancellationToken)
    {
        var room = HistorySummary.SummaryTokens(tokens);
        // A thread of any length goes through: what is too long for one question is first cut to its telling sentences.
        var data = older.Select((message, at) => new ModelDatum(FormattableString.Invariant($"m{at + 1}"), HistorySummary.Speaker(message), message.Text)).ToList();
        if (data.Sum(datum => TokenEstimate.Of(datum.Text) + ThreadPrompt.Overhead) > tokens * 2)
            data = [new ModelDatum("m1", "the most telling sentences of the conversation", HistorySummary.Extract(scope, older, tokens * 2).Text)];
        var reply = await model.AskAsync(SummarySystem, data, "Shorten the conversation.", "summary", SummarySchema, cancellationToken);
        if (reply.Succeeded && ModelAnswer.Read(reply.Value.Text, data.Select(datum => datum.Id).ToHashSet(StringComparer.Ordinal)) is { Count: > 0 } statements)
        {
            var text = string.Join('\n', statements.Select(statement => statement.Text));
            if (TokenEstimate.Of(text) <= room)
                return new ThreadSummary(scope.Pack.Segment, older[^1].Id, older.Count, text, PackAuthor.Model(reply.Value.Model));
        }
        notices.Add("The model gave no usable summary, so the earlier conversation was cut to its most telling sentences.");
        return HistorySummary.Extract(scope, older, room);
    }

    private static int Number(List<Citation> citations, Citation citation)
    {
        var at = citations.IndexOf(citation);
        if (at >= 0)
            return at + 1;
        citations.Add(citation);
        return citations.Count;
    }
}
