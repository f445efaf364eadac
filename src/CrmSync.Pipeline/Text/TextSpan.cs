namespace CrmSync.Pipeline.Text;

/// <summary>A stretch of <see cref="ActivityText.Decoded"/>.</summary>
/// <param name="Start">First character, from 0.</param>
/// <param name="Length">Number of characters, at least 1.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The character after the last.</summary>
    public int End => Start + Length;
}
