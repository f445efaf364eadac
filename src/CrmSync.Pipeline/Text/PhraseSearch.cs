using System.Buffers;
using System.Text;

namespace CrmSync.Pipeline.Text;

/// <summary>
/// Finds any of some phrases in a line, whatever its case. Most lines are plain ASCII; those are searched for the ASCII phrases alone, which takes vectors where all
/// of them together take a character at a time. Immutable, thread-safe.
/// </summary>
internal sealed class PhraseSearch
{
    private readonly SearchValues<string> _ascii;
    private readonly SearchValues<string> _all;

    public PhraseSearch(params string[] phrases)
    {
        _all = SearchValues.Create(phrases, StringComparison.OrdinalIgnoreCase);
        _ascii = SearchValues.Create([.. phrases.Where(phrase => Ascii.IsValid(phrase))], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Where the first phrase begins; -1 where there is none.</summary>
    public int IndexIn(ReadOnlySpan<char> line) => line.IndexOfAny(Ascii.IsValid(line) ? _ascii : _all);

    /// <summary>Whether a phrase stands in the line.</summary>
    public bool IsIn(ReadOnlySpan<char> line) => IndexIn(line) >= 0;
}
