using System.Buffers;

namespace CrmSync.Connectors.Http;

/// <summary>Makes a CRM's own words fit for a log: short, one line, without anything that looks like a credential.</summary>
internal static class Scrub
{
    /// <summary>Longest text that is kept, in characters.</summary>
    public const int Longest = 1_000;

    private const string Gone = "[removed]";
    private static readonly SearchValues<char> Breaks = SearchValues.Create(" \t\r\n\"'`,;<>()[]{}=");

    /// <summary>The cleaned text; null stays null and blank becomes null.</summary>
    public static string? Text(string? remote)
    {
        if (string.IsNullOrWhiteSpace(remote))
            return null;
        // A credential may straddle the cut, so more is looked at than kept.
        var text = remote.Length > 4 * Longest ? remote[..(4 * Longest)] : remote;
        var clean = new System.Text.StringBuilder(Math.Min(text.Length, Longest));
        var afterBearer = false;
        for (var at = 0; at < text.Length && clean.Length < Longest;)
        {
            if (Breaks.Contains(text[at]))
            {
                clean.Append(text[at] is '\r' or '\n' or '\t' ? ' ' : text[at]);
                at++;
                continue;
            }

            var length = text.AsSpan(at).IndexOfAny(Breaks);
            var word = text.AsSpan(at, length < 0 ? text.Length - at : length);
            clean.Append(afterBearer || IsCredential(word) ? Gone : word);
            afterBearer = word.Equals("bearer", StringComparison.OrdinalIgnoreCase) || word.Equals("basic", StringComparison.OrdinalIgnoreCase);
            at += word.Length;
        }

        return SafeText.Clean(clean.Length > Longest ? clean.ToString(0, Longest) : clean.ToString());
    }

    // pat-na1-… is a HubSpot token; 00D….!… a Salesforce session; eyJ….….… a JSON web token; anything long that mixes cases and digits may be a key.
    private static bool IsCredential(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("pat-", StringComparison.OrdinalIgnoreCase) && word.Length > 8)
            return true;
        if (word.StartsWith("00D") && word.Contains('!'))
            return true;
        if (word.StartsWith("eyJ") && word.Contains('.'))
            return true;
        return word.Length >= 40 && word.ContainsAnyInRange('0', '9') && word.ContainsAnyInRange('a', 'z') && word.ContainsAnyInRange('A', 'Z');
    }
}
