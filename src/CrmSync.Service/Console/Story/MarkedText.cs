using System.Globalization;

namespace CrmSync.Service.Console.Story;

/// <summary>A stretch of text that is shown in one way.</summary>
/// <param name="Text">What to show.</param>
/// <param name="Zone">Name of its zone, or null.</param>
/// <param name="IsRemoved">True where no decision looks at it.</param>
/// <param name="Rules">Indexes of the evidence that stands on it.</param>
/// <param name="IsControl">True where the text names invisible characters instead of letting them act.</param>
internal readonly record struct TextPiece(string Text, string? Zone, bool IsRemoved, IReadOnlyList<int> Rules, bool IsControl);

/// <summary>Cuts a text at zones, evidence and invisible characters. Pure, never throws, whatever the spans claim.</summary>
internal static class MarkedText
{
    private const int MaximumSpans = 60;

    /// <param name="text">Untrusted.</param>
    /// <param name="zones">In text order, without overlap; those outside the text are ignored.</param>
    /// <param name="spans">Start and length of each piece of evidence; null where it stands on no text.</param>
    /// <param name="limit">Characters to show at most.</param>
    public static IReadOnlyList<TextPiece> Cut(string text, IReadOnlyList<StoryZone> zones, IReadOnlyList<(int Start, int Length)?> spans, int limit)
    {
        var length = Math.Min(text.Length, limit);
        SortedSet<int> cuts = [0, length];
        foreach (var zone in zones)
            AddCuts(cuts, zone.Start, zone.Length, length);
        foreach (var span in spans.Take(MaximumSpans).OfType<(int Start, int Length)>())
            AddCuts(cuts, span.Start, span.Length, length);

        List<TextPiece> pieces = [];
        var (from, next) = (0, 0);
        foreach (var to in cuts.Skip(1))
        {
            while (next < zones.Count && (long)zones[next].Start + zones[next].Length <= from)
                next++;
            StoryZone? zone = next < zones.Count && zones[next].Start <= from ? zones[next] : null;
            int[] rules = [.. Covering(spans, from)];
            AddVisible(pieces, text.AsSpan(from, to - from), zone, rules);
            from = to;
        }
        return pieces;
    }

    /// <summary>Whether a character shows nothing itself but changes how others are read: direction, joining, controls.</summary>
    public static bool IsInvisible(char c) =>
        c is < ' ' and not ('\n' or '\t' or '\r') or (>= '\u007f' and <= '\u009f') or '\u00ad' or '\u061c' or (>= '\u200b' and <= '\u200f')
            or (>= '\u202a' and <= '\u202e') or (>= '\u2060' and <= '\u206f') or '\ufeff' or (>= '\ufff9' and <= '\ufffb');

    private static IEnumerable<int> Covering(IReadOnlyList<(int Start, int Length)?> spans, int position)
    {
        for (var i = 0; i < Math.Min(spans.Count, MaximumSpans); i++)
            if (spans[i] is { } span && span is { Start: >= 0, Length: > 0 } && span.Start <= position && (long)span.Start + span.Length > position)
                yield return i;
    }

    private static void AddCuts(SortedSet<int> cuts, int start, int length, int end)
    {
        if (start < 0 || length <= 0 || start >= end)
            return;
        cuts.Add(start);
        cuts.Add((int)Math.Min((long)start + length, end));
    }

    private static void AddVisible(List<TextPiece> pieces, ReadOnlySpan<char> text, StoryZone? zone, IReadOnlyList<int> rules)
    {
        while (!text.IsEmpty)
        {
            var plain = 0;
            while (plain < text.Length && !IsInvisible(text[plain]))
                plain++;
            if (plain > 0)
                pieces.Add(new TextPiece(text[..plain].ToString(), zone?.Name, zone?.IsRemoved ?? false, rules, IsControl: false));
            text = text[plain..];
            if (text.IsEmpty)
                return;
            var same = 1;
            while (same < text.Length && text[same] == text[0])
                same++;
            var name = string.Create(CultureInfo.InvariantCulture, $"U+{(int)text[0]:X4}{(same > 1 ? $" ×{same}" : "")}");
            pieces.Add(new TextPiece(name, zone?.Name, zone?.IsRemoved ?? false, rules, IsControl: true));
            text = text[same..];
        }
    }
}
