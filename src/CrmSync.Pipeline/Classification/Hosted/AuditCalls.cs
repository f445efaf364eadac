using System.Collections.Concurrent;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>Makes calls ready: instructions, marked records, drawn ids. Thread-safe.</summary>
internal sealed class AuditCalls(TaxonomySet taxonomies, HostedOptions options, Redactor redactor, AuditTokens tokens, AuditDefences defences)
{
    public const int IdLength = 8;
    public const int TokenLength = 12;
    private readonly ConcurrentDictionary<string, AuditInstructions> _instructions = new(StringComparer.Ordinal);

    /// <summary>One call per taxonomy and group of records.</summary>
    public IReadOnlyList<AuditCall> Group(IReadOnlyList<AuditItem> items)
    {
        List<AuditCall> calls = [];
        foreach (var taxonomy in taxonomies.All)
        {
            var asked = items.Where(item => item.Local.Any(decision => decision.Taxonomy == taxonomy.Id)).ToLookup(item => defences.Quarantine && AuditOrders.AreIn(item, taxonomy));
            calls.AddRange(asked[false].Chunk(options.RecordsPerCall).Select(group => Make(taxonomy, group, isSecond: false)));
            calls.AddRange(asked[true].Select(item => Make(taxonomy, [item], isSecond: false)));
        }
        return calls;
    }

    /// <summary>The call that asks a record again; null where its taxonomy is not in use any more.</summary>
    public AuditCall? Alone(AuditItem item, string taxonomy) =>
        taxonomies.TryGet(taxonomy, out var found) ? Make(found, [item], isSecond: true) : null;

    private AuditCall Make(Taxonomy taxonomy, IReadOnlyList<AuditItem> items, bool isSecond)
    {
        var instructions = _instructions.GetOrAdd(taxonomy.Id, _ => AuditInstructions.For(taxonomy));
        var names = options.RemovePersonalData ? redactor : null;
        AuditRecord[] records = [.. items.Select(item => AuditRecord.Read(item.Content, item.Text, options.MaxCharactersPerRecord, names?.Begin()) with { Words = item.Vocabulary })];
        // What is asked decides the tokens; a second try gets others, so that the endpoint does not repeat its first answer to the letter.
        var about = $"{taxonomy.Id} {taxonomy.Version} {(isSecond ? 2 : 1)}\n{string.Join('\n', records.Select(record => record.ToJson("")))}";
        string[] ids = [.. records.Select((_, i) => defences.DrawnIds ? "r" + tokens.Draw($"id {i}", about, IdLength) : $"{i + 1}")];
        var key = tokens.Draw("key", about, 24);
        var user = AuditMarks.Write(records, ids, tokens.Draw("mark", about, TokenLength), defences.Marking);
        var slots = items.Select((item, i) => new AuditSlot(ids[i], item.Ref));
        return new AuditCall(
            new AuditTicket(key, taxonomy.Id, taxonomy.Version, [.. slots]),
            new HostedPrompt(key, options.DeploymentFor(taxonomy.Id), instructions.System, user, instructions.SchemaName, instructions.Schema,
                options.MaxOutputTokensPerRecord * items.Count));
    }
}

/// <summary>The user's message: nothing but the records between their marks, because whatever stands outside may be taken for an instruction.</summary>
internal static class AuditMarks
{
    public static string Write(IReadOnlyList<AuditRecord> records, IReadOnlyList<string> ids, string token, bool marking) => marking
        ? $"<data-{token}>\n{string.Join('\n', records.Select((record, i) => record.ToJson(ids[i])))}\n</data-{token}>"
        : string.Concat(records.Select((record, i) => record.ToLines(ids[i])));
}
