using System.Globalization;
using System.Text;

namespace CrmSync.Storage.Records;

/// <summary>Names as they are looked up: in small letters, with single blanks, cut. Pure.</summary>
internal static class NameKey
{
    private const int Longest = 200;

    /// <summary>Sorts behind everything that begins with the text before it, where texts are compared by their bytes.</summary>
    private const string Last = "\U0010FFFF";

    /// <summary>The key of a name; empty for an empty one.</summary>
    public static string Of(string name)
    {
        var key = new StringBuilder(Math.Min(name.Length, Longest));
        foreach (var letter in name)
        {
            if (key.Length >= Longest)
                break;
            if (char.IsWhiteSpace(letter) || char.IsControl(letter))
            {
                if (key.Length > 0 && key[^1] != ' ')
                    key.Append(' ');
            }
            else
            {
                key.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
            }
        }
        // No half of a pair at the end: databases take whole letters only.
        if (key.Length > 0 && char.IsHighSurrogate(key[^1]))
            key.Length--;
        return key.ToString().TrimEnd();
    }

    /// <summary>The first and the last key that begin with a text.</summary>
    public static (string From, string To) Beginning(string text) => (Of(text), Of(text) + Last);
}
