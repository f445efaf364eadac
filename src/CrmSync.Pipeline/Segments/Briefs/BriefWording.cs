using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>Lets the hosted model word points for one account. A point that cites nothing that was given is thrown away.</summary>
internal sealed class BriefWording(SpecialistModel model)
{
    private const int MostSentences = 40;
    private const int MostLines = 80;

    private static readonly string Schema = ModelAnswer.Schema(["talking_point", "question", "risk"]);

    private static readonly string System =
        "You prepare a sales rep for a conversation with one customer. You know what is true of a group of similar customers, and what this customer has written.\n\n"
        + SpecialistModel.AboutData
        + "# Rules\n"
        + "1. At most four talking points, four questions and three risks, most useful first; each at most 40 words, plain, ready to be said.\n"
        + "2. Each cites in \"cites\" the ids of the data that it rests on, copied exactly. State nothing that the data does not say.\n"
        + "3. \"kind\" is talking_point, question or risk. \"topic\" may be empty. \"tier\" is critical, common or edge.\n";

    public async Task<Result<IReadOnlyList<BriefPoint>>> AskAsync(BriefDraft draft, CancellationToken cancellationToken)
    {
        List<ModelDatum> data = [];
        Dictionary<string, (string? Line, string? Activity)> given = new(StringComparer.Ordinal);
        foreach (var line in draft.Usable.OrderBy(line => line.Tier).Take(MostLines))
        {
            var id = FormattableString.Invariant($"p{data.Count + 1}");
            given[id] = (line.Id, null);
            data.Add(new ModelDatum(id, $"known of the group: {line.Section.Title()}", line.Text));
        }
        foreach (var sentence in draft.Sentences.Reverse().Where(sentence => !MachineOrders.IsHostile(sentence.Text)).Take(MostSentences))
        {
            var id = FormattableString.Invariant($"a{data.Count + 1}");
            given[id] = (null, sentence.Note.Id);
            data.Add(new ModelDatum(id, "from this customer's history", sentence.Text));
        }
        var reply = await model.AskAsync(System, data, "Prepare the conversation.", "brief", Schema, cancellationToken);
        if (!reply.Succeeded)
            return reply.Failure;
        if (ModelAnswer.Read(reply.Value.Text, given.Keys.ToHashSet(StringComparer.Ordinal)) is not { } statements)
            return SpecialistFailures.Of("specialist.malformed", "the hosted model's answer is not what was asked for.");
        return Result.Success<IReadOnlyList<BriefPoint>>([.. statements.Where(statement => statement.Cites.Count > 0).Select(statement => Point(statement, given, reply.Value.Model))]);
    }

    private static BriefPoint Point(ModelAnswer.Statement statement, Dictionary<string, (string? Line, string? Activity)> given, string name)
    {
        var cited = statement.Cites.Select(cite => given[cite]).ToList();
        var part = statement.Kind switch
        {
            "question" => BriefPart.Question,
            "risk" => BriefPart.Risk,
            _ => BriefPart.TalkingPoint,
        };
        return new BriefPoint(
            part, statement.Text, [.. cited.Select(cite => cite.Line).OfType<string>()], [.. cited.Select(cite => cite.Activity).OfType<string>()], cited.Any(cite => cite.Activity is not null), PackAuthor.Model(name));
    }
}
