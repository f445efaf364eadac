using System.Text;
using CrmSync.Service.Console.Story;

namespace CrmSync.Service.Console.Words;

/// <summary>Untrusted text on one line of a list.</summary>
internal static class OneLine
{
    /// <summary>Spaces for line breaks, nothing for invisible characters (the story names them), cut at a length.</summary>
    public static string Of(string text, int limit)
    {
        var line = new StringBuilder(Math.Min(text.Length, limit) + 1);
        foreach (var c in text)
        {
            if (line.Length >= limit)
            {
                if (char.IsHighSurrogate(line[^1]))
                    line.Length--;
                return line.Append('…').ToString();
            }
            if (char.IsWhiteSpace(c))
            {
                if (line.Length > 0 && line[^1] != ' ')
                    line.Append(' ');
            }
            else if (!MarkedText.IsInvisible(c))
                line.Append(c);
        }
        return line.ToString().TrimEnd();
    }
}
