namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>Where the marked data of a message stands.</summary>
/// <param name="OuterStart">Start of the start mark.</param>
/// <param name="Start">End of the start mark.</param>
/// <param name="End">Start of the end mark; the end of the message where there is none.</param>
/// <param name="OuterEnd">End of the end mark.</param>
internal readonly record struct MarkedSpan(int OuterStart, int Start, int End, int OuterEnd)
{
    public static MarkedSpan? Find(string message, ModelDataMarking marking)
    {
        if (Match(message, marking.Start, 0, null) is not var (outerStart, start, token))
            return null;
        return Match(message, marking.End, start, token) is var (end, outerEnd, _)
            ? new MarkedSpan(outerStart, start, end, outerEnd)
            : new MarkedSpan(outerStart, start, message.Length, message.Length);
    }

    // With no token asked for, the star takes the letters and digits that stand there.
    private static (int Start, int End, string Token)? Match(string message, string mark, int from, string? token)
    {
        var star = mark.IndexOf('*', StringComparison.Ordinal);
        if (star < 0 || token is not null)
        {
            var whole = star < 0 ? mark : mark.Replace("*", token, StringComparison.Ordinal);
            var at = message.IndexOf(whole, from, StringComparison.Ordinal);
            return at < 0 ? null : (at, at + whole.Length, token ?? "");
        }

        var (head, tail) = (mark[..star], mark[(star + 1)..]);
        for (var at = message.IndexOf(head, from, StringComparison.Ordinal); at >= 0; at = message.IndexOf(head, at + 1, StringComparison.Ordinal))
        {
            var end = at + head.Length;
            while (end < message.Length && char.IsAsciiLetterOrDigit(message[end]))
                end++;
            if (string.CompareOrdinal(message, end, tail, 0, tail.Length) == 0)
                return (at, end + tail.Length, message[(at + head.Length)..end]);
        }
        return null;
    }
}
