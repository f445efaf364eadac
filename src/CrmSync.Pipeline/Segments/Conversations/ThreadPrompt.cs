using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>What is sent for one question, and what its handles stand for.</summary>
/// <param name="Data">Pack lines, passages, summary and messages.</param>
/// <param name="Request">The question.</param>
/// <param name="Handles">What may be cited.</param>
/// <param name="Notices">What was left out or shortened.</param>
/// <param name="Tokens">Estimate of all of it, instructions included.</param>
internal sealed record ThreadQuestion(IReadOnlyList<ModelDatum> Data, string Request, IReadOnlyDictionary<string, Passage> Handles, IReadOnlyList<string> Notices, int Tokens);

/// <summary>Builds prompts of a conversation. It takes a scope and a question and nothing else, so text of another segment cannot be handed to it.</summary>
internal static class ThreadPrompt
{
    /// <summary>Tokens that the marks around one piece of data take.</summary>
    public const int Overhead = 32;

    public static readonly string Schema = ModelAnswer.Schema(["answer"]);

    public static readonly string System =
        "You are the specialist for one group of similar customers of a sales team. Colleagues ask you; you answer from what is known of this group.\n\n"
        + SpecialistModel.AboutData
        + "# Rules\n"
        + "1. Answer in statements of one to three sentences, at most eight. Each cites in \"cites\" the ids of the data that it rests on, copied exactly.\n"
        + "2. Where the data does not tell, say so in a statement that cites nothing. Figures only as the data gives them, with their interval or the word inconclusive where it stands there.\n"
        + "3. \"kind\" is answer, \"topic\" is empty, \"tier\" is common.\n";

    /// <summary>Builds the question.</summary>
    /// <param name="scope">The segment.</param>
    /// <param name="question">What a person asks.</param>
    /// <param name="passages">What was found in the same scope.</param>
    /// <param name="cut">How its thread is divided.</param>
    /// <param name="summary">Summary of the older part; null where there is none.</param>
    /// <param name="options">How much there may be.</param>
    /// <returns>The question; a failure where it does not fit itself.</returns>
    public static Result<ThreadQuestion> Build(
        SegmentScope scope, string question, IReadOnlyList<Passage> passages, HistoryCut cut, ThreadSummary? summary, ConversationOptions options)
    {
        var request = $"The colleague asks: {question}";
        var fixedTokens = TokenEstimate.Of(System) + TokenEstimate.Of(Schema) + TokenEstimate.Of(request) + Overhead;
        var room = options.ContextTokens - options.AnswerTokens - fixedTokens;
        if (room < Overhead)
        {
            return SpecialistFailures.Of(
                "specialist.budget_too_small", FormattableString.Invariant($"The question and the instructions take {fixedTokens} tokens, which leaves nothing of the context of {options.ContextTokens} for what is known of '{scope.Pack.Name}'."),
                "Ask in fewer words, or allow a larger context.");
        }
        List<ModelDatum> data = [];
        List<string> notices = [];
        Dictionary<string, Passage> handles = new(StringComparer.Ordinal);
        List<ModelDatum> talk = [];
        if (summary is { Text.Length: > 0 })
            talk.Add(new ModelDatum("h0", "summary of the earlier conversation", summary.Text));
        talk.AddRange(cut.Newer.Select((message, at) => new ModelDatum(FormattableString.Invariant($"h{at + 1}"), $"earlier message, {HistorySummary.Speaker(message)}", message.Text)));
        if (summary is not null)
            notices.Add(HistorySummary.Notice(summary, cut.Newer.Count));
        var used = talk.Sum(TokensOf);
        var passageRoom = Math.Min((int)((options.ContextTokens - options.AnswerTokens - fixedTokens) * options.PassageShare), room - used);
        var hidden = 0;
        List<ModelDatum> found = [];
        foreach (var passage in passages.Where(passage => passage.Sentence is not null))
        {
            if (!passage.IsQuotable)
            {
                hidden++;
                continue;
            }
            var datum = new ModelDatum(FormattableString.Invariant($"s{found.Count + 1}"), "sentence from an activity", passage.Text);
            if (TokensOf(datum) > passageRoom)
                continue;
            passageRoom -= TokensOf(datum);
            handles[datum.Id] = passage;
            found.Add(datum);
        }
        if (hidden > 0)
            notices.Add(FormattableString.Invariant($"{hidden} {(hidden == 1 ? "passage was" : "passages were")} left out because too few accounts speak of it."));
        used += found.Sum(TokensOf);
        var relevant = passages.Select(passage => passage.Line?.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var known = scope.Pack.Live.Where(line => !line.Evidence.IsEmpty || !line.NeedsPerson).ToList();
        var packed = TierPacker.Pack(known, Math.Max(0, room - used), options.Shares, line => TokensOf(Datum(line, 0)), line => relevant.Contains(line.Id) ? 0 : 1);
        foreach (var line in packed.Taken)
        {
            var datum = Datum(line, data.Count + 1);
            handles[datum.Id] = new Passage(line, null, 1, true);
            data.Add(datum);
        }
        notices.AddRange(packed.Notices);
        data.AddRange(found);
        data.AddRange(talk);
        return new ThreadQuestion(data, request, handles, notices, fixedTokens + data.Sum(TokensOf));
    }

    private static ModelDatum Datum(PackLine line, int number)
    {
        var text = line.Topic.Length == 0 ? line.Text : $"{line.Topic}: {line.Text}";
        return new ModelDatum(FormattableString.Invariant($"p{number}"), $"{line.Tier.Slug()} knowledge: {line.Section.Title()}", line.NeedsPerson ? $"{text} (not confirmed by a person)" : text);
    }

    private static int TokensOf(ModelDatum datum) => TokenEstimate.Of(datum.Kind) + TokenEstimate.Of(datum.Text) + Overhead;
}
