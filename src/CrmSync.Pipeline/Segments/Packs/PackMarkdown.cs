using System.Globalization;
using System.Text;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>A pack as Markdown for people and for any assistant. Text is escaped, so that nothing in it becomes mark-up.</summary>
public static class PackMarkdown
{
    private const string Special = "\\`*_[]<>#|~&";

    /// <summary>Writes a pack; retired lines are left out, sections without a line say so.</summary>
    public static string Write(Pack pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Escape(pack.Name)}\n\nVersion {pack.Version} of {pack.At.ToUniversalTime():yyyy-MM-dd HH:mm} UTC by {Escape(pack.By.ToString())}: {Escape(pack.Reason)}\n");
        foreach (var section in PackNames.Order)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section.Title()}\n\n");
            var lines = pack.Live.Where(line => line.Section == section).ToList();
            if (lines.Count == 0)
                text.Append("Nothing known yet.\n");
            foreach (var line in lines)
                text.Append("- ").Append(Line(line)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Text of a record or a person as Markdown that shows it letter by letter, on one line.</summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
            {
                escaped.Append(' ');
                continue;
            }
            if (Special.Contains(c))
                escaped.Append('\\');
            escaped.Append(c);
        }
        // A list or a heading could only begin at the start of a line.
        return escaped.Length > 0 && escaped[0] is '-' or '+' or '=' ? $"\\{escaped}" : escaped.ToString();
    }

    private static string Line(PackLine line)
    {
        var text = new StringBuilder();
        if (line.Topic.Length > 0)
            text.Append("**").Append(Escape(line.Topic)).Append("**: ");
        text.Append(Escape(line.Text)).Append(" (").Append(line.Tier.Slug());
        if (line.NeedsPerson)
            text.Append(CultureInfo.InvariantCulture, $"; needs a person{(line.Needs is { } needs ? $": {Escape(needs)}" : "")}");
        var evidence = line.Evidence;
        if (!evidence.IsEmpty)
            text.Append("; evidence: ").Append(Escape(InWords(evidence)));
        return text.Append("; ").Append(Escape(line.Author.ToString())).Append(')').ToString();
    }

    /// <summary>Evidence in a few words: its figures, and how many keys there are where it has none.</summary>
    public static string InWords(PackEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        List<string> parts = [.. evidence.Figures];
        Add(evidence.Accounts, "accounts");
        Add(evidence.Activities, "activities");
        Add(evidence.Deals, "deals");
        return string.Join(", ", parts);

        void Add(IReadOnlyList<string> keys, string what)
        {
            if (keys.Count > 0)
                parts.Add($"{what} {string.Join(' ', keys.Take(3))}{(keys.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {keys.Count - 3} more") : "")}");
        }
    }
}
