using System.Globalization;
using System.Text;

namespace CrmSync.Pipeline.Segments.Review;

/// <summary>Permanent slugs of segments, made of their first names. Pure.</summary>
public static class SegmentKeys
{
    /// <summary>The taxonomy under which an account's segment stands among the decisions and writes.</summary>
    public const string Taxonomy = "segment";

    /// <summary>Longest name: what a single-line text property holds.</summary>
    public const int MostCharacters = 255;

    private const int Longest = 36;

    /// <summary>The slug of a name.</summary>
    /// <param name="name">The name; untrusted.</param>
    /// <param name="taken">Whether a slug is another segment's already.</param>
    public static string Make(string name, Func<string, bool> taken)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(taken);
        var slug = new StringBuilder(Longest);
        foreach (var letter in name.Normalize(NormalizationForm.FormD))
        {
            if (slug.Length == Longest)
                break;
            if (char.IsAsciiLetterOrDigit(letter))
                slug.Append(char.ToLowerInvariant(letter));
            else if (slug.Length > 0 && slug[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(letter) is not UnicodeCategory.NonSpacingMark)
                slug.Append('-');
        }
        var plain = slug.ToString().TrimEnd('-');
        if (plain.Length == 0 || !char.IsAsciiLetter(plain[0]))
            plain = $"segment-{plain}".TrimEnd('-');
        var made = plain;
        for (var number = 2; taken(made); number++)
            made = string.Create(CultureInfo.InvariantCulture, $"{plain}-{number}");
        return made;
    }
}
