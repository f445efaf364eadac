using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>Rows of neighbouring words that are void together: single letters that spell something, and keyword stuffing. Not thread-safe.</summary>
internal sealed class VoidRows
{
    private const int MinSpaced = 8;
    private const int MinStuffed = 8;
    private const int MinRepeated = 4;

    private (int Start, int End, int Count) _spaced;
    private (int Start, int End, int Count, int Last, bool Repeats) _stuffed;

    /// <summary>Takes the next word of a text; a row that it ends is added to <paramref name="spans"/> if it is long enough.</summary>
    public void Add(string text, int start, int length, bool isStuffing, List<TextSpan> spans)
    {
        if (length == 1 || _spaced.Count > 0)
            AddLetter(text, start, length, spans);
        if (isStuffing)
            AddStuffing(start, length, text.AsSpan(start, length));
        else if (_stuffed.Count > 0 && !char.IsAsciiDigit(text[start]))
            EndStuffed(spans);
    }

    /// <summary>The text is over; the next word begins another.</summary>
    public void End(List<TextSpan> spans)
    {
        EndSpaced(spans);
        EndStuffed(spans);
    }

    private void AddLetter(string text, int start, int length, List<TextSpan> spans)
    {
        // Broken encodings leave rows of single accented letters; nobody spells a word with them.
        var single = length == 1 && char.IsLetter(text[start]) && !VoidScan.IsSyllabic(text[start]) && text[start] is < '\u00C0' or > '\u017F';
        var near = _spaced.Count > 0 && start - _spaced.End is > 0 and <= 4 && !text.AsSpan(_spaced.End, start - _spaced.End).Contains('\n');
        if (single && near)
            _spaced = (_spaced.Start, start + 1, _spaced.Count + 1);
        else
        {
            EndSpaced(spans);
            if (single)
                _spaced = (start, start + 1, 1);
        }
    }

    private void EndSpaced(List<TextSpan> spans)
    {
        if (_spaced.Count >= MinSpaced)
            spans.Add(new TextSpan(_spaced.Start, _spaced.End - _spaced.Start));
        _spaced = default;
    }

    private void AddStuffing(int start, int length, ReadOnlySpan<char> word)
    {
        var hash = string.GetHashCode(word, StringComparison.OrdinalIgnoreCase);
        _stuffed = _stuffed.Count == 0
            ? (start, start + length, 1, hash, false)
            : (_stuffed.Start, start + length, _stuffed.Count + 1, hash, _stuffed.Repeats || _stuffed.Last == hash);
    }

    private void EndStuffed(List<TextSpan> spans)
    {
        if (_stuffed.Count >= MinStuffed || _stuffed is { Count: >= MinRepeated, Repeats: true })
            spans.Add(new TextSpan(_stuffed.Start, _stuffed.End - _stuffed.Start));
        _stuffed = default;
    }
}
