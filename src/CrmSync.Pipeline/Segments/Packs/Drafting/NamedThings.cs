namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>A name that several accounts use behind a cue.</summary>
/// <param name="Name">The name, in its most frequent spelling.</param>
/// <param name="Key">The name, folded; words with a blank between.</param>
/// <param name="Accounts">Accounts that use it so.</param>
/// <param name="Activities">The activities.</param>
internal sealed record NamedThing(string Name, string Key, IReadOnlyList<string> Accounts, IReadOnlyList<string> Activities);

/// <summary>Competitors and integrations, found by how they are spoken of: nobody has to keep a list.</summary>
internal static class NamedThings
{
    private const int MostThings = 12;

    private static readonly ILookup<string, string[]> Rivals = NameReader.Cues(
        "vs", "versus", "against", "instead of", "rather than", "switch from", "switching from", "switched from", "switch to", "switching to", "move from", "moving from", "moved from", "move off", "moving off", "move away from",
        "moving away from", "migrate from", "migrating from", "replace", "replacing", "replaced", "compared to", "compared with", "comparing us with", "comparing us to", "alternative to", "competing with", "competitor", "evaluating",
        "also evaluating", "shortlisted", "chose", "went with", "going with", "lost to", "statt", "anstelle von", "wechsel von", "plutot que", "au lieu de", "en lugar de");

    private static readonly ILookup<string, string[]> Partners = NameReader.Cues(
        "integrate with", "integrates with", "integrating with", "integrated with", "integration with", "integration to", "integration for", "integrations with", "connect to", "connects to", "connected to", "connector for",
        "connector to", "sync with", "syncs with", "sync to", "sync from", "export to", "exports to", "import from", "imports from", "interface to", "interface with", "runs on", "running on", "run on", "built on", "works with", "work with",
        "we use", "they use", "we are on", "they are on", "uses", "feed into", "feeds into", "anbindung an", "schnittstelle zu", "integration avec");

    public static IReadOnlyList<NamedThing> Competitors(DraftContext context) => Find(context, Rivals);

    public static IEnumerable<PackLine> Technology(DraftContext context, IReadOnlyList<NamedThing> competitors)
    {
        var rivals = competitors.ToDictionary(rival => rival.Key, rival => rival.Accounts.Count, StringComparer.Ordinal);
        foreach (var thing in Find(context, Partners).Where(thing => rivals.GetValueOrDefault(thing.Key) < thing.Accounts.Count))
        {
            yield return context.Line(
                PackSection.Technology, thing.Key, thing.Name, $"{thing.Name}: in use or to be integrated at {context.OfAll(thing.Accounts.Count)}.", context.TierOf(thing.Accounts.Count),
                PackEvidence.Of(thing.Accounts, thing.Activities, figures: context.OfAll(thing.Accounts.Count)));
        }
    }

    private static List<NamedThing> Find(DraftContext context, ILookup<string, string[]> cues)
    {
        Dictionary<string, Met> met = new(StringComparer.Ordinal);
        foreach (var sentence in context.Sentences)
        {
            foreach (var name in NameReader.After(sentence.Text, cues).Distinct(StringComparer.Ordinal))
            {
                var key = string.Join(' ', Sentences.Words(name));
                if (key.Length == 0 || key.Split(' ').All(SmallWords.Contain))
                    continue;
                if (!met.TryGetValue(key, out var thing))
                    met[key] = thing = new Met();
                thing.Spellings[name] = thing.Spellings.GetValueOrDefault(name) + 1;
                thing.Accounts.Add(sentence.Account);
                thing.Activities.Add(sentence.Note.Id);
            }
        }
        // "NetSuite ERP" is NetSuite where most say only that.
        foreach (var longer in met.Keys.Where(key => key.Contains(' ', StringComparison.Ordinal)).OrderByDescending(key => key.Length).ThenBy(key => key, StringComparer.Ordinal).ToList())
        {
            var shorter = longer[..longer.LastIndexOf(' ')];
            if (!met.TryGetValue(shorter, out var whole) || whole.Accounts.Count < met[longer].Accounts.Count)
                continue;
            whole.Accounts.UnionWith(met[longer].Accounts);
            whole.Activities.UnionWith(met[longer].Activities);
            met.Remove(longer);
        }
        return [.. met.Where(pair => context.IsShown(pair.Value.Accounts.Count)).OrderByDescending(pair => pair.Value.Accounts.Count).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostThings)
            .Select(pair => new NamedThing(
                pair.Value.Spellings.OrderByDescending(spelling => spelling.Value).ThenBy(spelling => spelling.Key, StringComparer.Ordinal).First().Key, pair.Key,
                [.. pair.Value.Accounts.Order(StringComparer.Ordinal)], [.. pair.Value.Activities.Order(StringComparer.Ordinal)]))];
    }

    private sealed class Met
    {
        public Dictionary<string, int> Spellings { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Accounts { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Activities { get; } = new(StringComparer.Ordinal);
    }
}
