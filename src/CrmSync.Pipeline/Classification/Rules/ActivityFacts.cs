using System.Runtime.InteropServices;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>Reads the structural facts and the words of one activity.</summary>
internal static class ActivityFacts
{
    private const int MinSpeech = 6;
    private const int LongTitle = 6;

    private static readonly string[] Greetings =
    [
        "hi ", "hello ", "hey ", "dear ", "good morning", "good afternoon", "hallo ", "guten tag", "sehr geehrte", "bonjour", "hola", "beste ", "dag ", "hoi ",
    ];

    /// <summary>The words by place: subject, new text, quoted turns by side, footers, and the CRM's own fields.</summary>
    public static TokenStream Words(ActivityContent content, ActivityText text, Vocabulary vocabulary, Lookalikes lookalikes = Lookalikes.FoldMixed)
    {
        var stream = new TokenStream(vocabulary, lookalikes);
        foreach (var zone in text.Zones)
        {
            var place = zone.Kind switch
            {
                ZoneKind.Subject => RulePlaces.Subject,
                ZoneKind.New => RulePlaces.New,
                ZoneKind.Quoted => zone.Direction == ActivityDirection.Outbound ? RulePlaces.Ours : RulePlaces.Theirs,
                ZoneKind.Boilerplate or ZoneKind.Unsubscribe or ZoneKind.Signature => RulePlaces.Footer,
                ZoneKind.Header => RulePlaces.None,
                _ => RulePlaces.None,
            };
            if (place != RulePlaces.None)
                stream.Add(text.TextOf(zone), zone.Start, place);
        }
        foreach (var field in (string?[])[content.Evidence.Disposition, content.Evidence.Status, content.Evidence.Outcome, content.Evidence.Subtype])
            if (!string.IsNullOrWhiteSpace(field))
                stream.Add(field, -1, RulePlaces.Field);
        return stream;
    }

    /// <summary>The facts that hold.</summary>
    public static FactSet Read(ActivityContent content, ActivityText text, TokenStream words)
    {
        var facts = default(FactSet);
        AddKind(content, text, ref facts);
        AddZones(text, ref facts);
        AddWords(content, text, CollectionsMarshal.AsSpan(words.Tokens), ref facts);
        return facts;
    }

    private static void AddKind(ActivityContent content, ActivityText text, ref FactSet facts)
    {
        var evidence = content.Evidence;
        Add(ref facts, content.Type switch
        {
            ActivityType.Call => StructuralFact.TypeCall,
            ActivityType.Email => StructuralFact.TypeEmail,
            ActivityType.Meeting => StructuralFact.TypeMeeting,
            ActivityType.Note => StructuralFact.TypeNote,
            ActivityType.Task => StructuralFact.TypeTask,
            _ => throw new ArgumentOutOfRangeException(nameof(content), content.Type, "unknown activity type"),
        }, true);
        var subtype = evidence.Subtype ?? "";
        var call = content.Type == ActivityType.Call || text.Tag.Channel == TagChannel.Call || subtype.Contains("call", StringComparison.OrdinalIgnoreCase);
        Add(ref facts, StructuralFact.Call, call);
        Add(ref facts, StructuralFact.Mail, !call && (content.Type == ActivityType.Email || text.Tag.Channel == TagChannel.Email
            || subtype.Contains("email", StringComparison.OrdinalIgnoreCase) || text.Zones.Any(zone => zone is { Kind: ZoneKind.Header, Turn: 0 })));
        var direction = evidence.Direction ?? text.Tag.Direction;
        Add(ref facts, StructuralFact.Inbound, direction == ActivityDirection.Inbound);
        Add(ref facts, StructuralFact.Outbound, direction == ActivityDirection.Outbound);
        Add(ref facts, StructuralFact.NumberedStep, text.Tag.Step is not null);
        Add(ref facts, StructuralFact.Reply, text.Tag is { Replies: > 0, Step: null });
        Add(ref facts, StructuralFact.Forward, text.Tag.IsForward);
        Add(ref facts, StructuralFact.ToolTag, text.Tag.HasTags);
        Add(ref facts, StructuralFact.LongDuration, evidence.Duration >= TimeSpan.FromMinutes(2));
        Add(ref facts, StructuralFact.ShortDuration, evidence.Duration < TimeSpan.FromSeconds(20));
    }

    private static void AddZones(ActivityText text, ref FactSet facts)
    {
        foreach (var zone in text.Zones)
        {
            Add(ref facts, StructuralFact.QuotedTurn, zone.Kind == ZoneKind.Quoted);
            Add(ref facts, StructuralFact.TheirTurn, zone.Kind == ZoneKind.Quoted && zone.Direction != ActivityDirection.Outbound);
            Add(ref facts, StructuralFact.UnsubscribeBlock, zone.Kind == ZoneKind.Unsubscribe);
            Add(ref facts, StructuralFact.SignedOff, zone.Kind == ZoneKind.Signature);
            if (zone.Kind == ZoneKind.New)
                AddNewText(text.TextOf(zone), zone.Start == text.BodyStart, ref facts);
        }
    }

    private static void AddNewText(ReadOnlySpan<char> text, bool first, ref FactSet facts)
    {
        var open = text.IndexOfAny('"', '“', '„');
        var close = open < 0 ? -1 : text[(open + 1)..].IndexOfAny('"', '”', '“');
        Add(ref facts, StructuralFact.Speech, close >= MinSpeech);
        if (!first)
            return;
        // A salutation is a short first line that ends in a comma, or a greeting word.
        text = text.TrimStart();
        var end = text.IndexOf('\n');
        var line = (end < 0 ? text : text[..end]).Trim();
        Add(ref facts, StructuralFact.Salutation, line.Length < 40 && line.EndsWith(',') && !line[..^1].Contains(',') || StartsWithGreeting(line));
    }

    private static bool StartsWithGreeting(ReadOnlySpan<char> line)
    {
        foreach (var greeting in Greetings)
            if (line.StartsWith(greeting, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private static void AddWords(ActivityContent content, ActivityText text, ReadOnlySpan<Token> tokens, ref FactSet facts)
    {
        int words = 0, title = 0, numbers = 0;
        foreach (ref readonly var token in tokens)
        {
            if (token.Word == Vocabulary.Begin)
                continue;
            if (token.Place == RulePlaces.Subject)
                title++;
            if (token.Place != RulePlaces.New)
                continue;
            words++;
            numbers += token.Word == Vocabulary.Number ? 1 : 0;
            Add(ref facts, StructuralFact.Money, token.Word is Vocabulary.Currency or Vocabulary.Percent);
            Add(ref facts, StructuralFact.Question, token.Word == Vocabulary.Question);
        }
        // A body that is a signature, a disclaimer or an invitation and nothing else says no more than an empty one.
        var empty = text.Decoded.AsSpan(Math.Min(text.BodyStart, text.Decoded.Length)).Trim().Length < 3
            || text.Zones.All(zone => zone.Kind is ZoneKind.Subject or ZoneKind.Signature or ZoneKind.Boilerplate);
        Add(ref facts, StructuralFact.NoBody, empty);
        Add(ref facts, StructuralFact.ShortBody, !empty && words <= 6 && !facts.HasAll(FactSet.Of((int)StructuralFact.QuotedTurn)));
        Add(ref facts, StructuralFact.LongBody, words >= 40);
        Add(ref facts, StructuralFact.Blank, empty && title == 0);
        Add(ref facts, StructuralFact.BareTitle, empty && title is > 0 and <= 3);
        Add(ref facts, StructuralFact.LongTitle, empty && title >= LongTitle);
        Add(ref facts, StructuralFact.Numbers, numbers >= 3);
        Add(ref facts, StructuralFact.Placeholder, content.Type == ActivityType.Meeting && empty && content.Evidence.Outcome is null);
    }

    private static void Add(ref FactSet facts, StructuralFact fact, bool holds)
    {
        if (holds)
            facts = facts.With(FactSet.Of((int)fact));
    }
}
