using System.Buffers;
using System.Text;

namespace CrmSync.Pipeline.Text;

/// <summary>
/// Finds any of some phrases in a line, whatever its case. Most lines are plain ASCII; those are searched for the ASCII phrases alone, which takes vectors where all
/// of them together take a character at a time, and for few phrases at once. Immutable, thread-safe.
/// </summary>
internal sealed class PhraseSearch
{
    // The vectors tell eight sets of first letters apart; with more phrases in one search they stop at every other character.
    private const int AtOnce = 8;

    private readonly SearchValues<string>[] _ascii;
    private readonly SearchValues<string> _all;

    public PhraseSearch(params string[] phrases)
    {
        _all = SearchValues.Create(phrases, StringComparison.OrdinalIgnoreCase);
        _ascii = [.. phrases.Where(phrase => Ascii.IsValid(phrase)).Chunk(AtOnce).Select(some => SearchValues.Create(some, StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>Where the first phrase begins; -1 where there is none.</summary>
    public int IndexIn(ReadOnlySpan<char> line)
    {
        if (!Ascii.IsValid(line))
            return line.IndexOfAny(_all);
        var first = -1;
        foreach (var some in _ascii)
        {
            var at = line.IndexOfAny(some);
            first = at >= 0 && (first < 0 || at < first) ? at : first;
        }
        return first;
    }

    /// <summary>Whether a phrase stands in the line.</summary>
    public bool IsIn(ReadOnlySpan<char> line) => IndexIn(line) >= 0;
}
