using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Pipeline.WriteBack.Notes;

/// <summary>
/// The word that ends a note of ours. It is worked out from what the note is about, so it is known before anything is sent: it finds a note whose answer was lost, and tells
/// a note that comes back with a poll before its id is known. Pure.
/// </summary>
public static class NoteReference
{
    private const string Head = "crmsync-note-";
    private const int Digits = 32;
    private const int MostInOneText = 8;

    /// <summary>The reference of a brief's note.</summary>
    /// <param name="brief">Ledger id of the brief.</param>
    /// <param name="madeAt">When the brief was made; tells it from one of another ledger with the same id.</param>
    /// <param name="account">The account.</param>
    public static string Of(long brief, DateTimeOffset madeAt, NoteAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var about = string.Create(CultureInfo.InvariantCulture, $"{brief}|{madeAt.ToUnixTimeMilliseconds()}|{account.ObjectType}|{account.ExternalId}");
        return Head + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(about)).AsSpan(0, Digits / 2));
    }

    /// <summary>The references that a text holds, each once. Linear in the length of the text.</summary>
    public static IReadOnlyList<string> In(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> found = [];
        for (var at = text.IndexOf(Head, StringComparison.Ordinal); at >= 0 && found.Count < MostInOneText; at = text.IndexOf(Head, at + Head.Length, StringComparison.Ordinal))
        {
            var from = at + Head.Length;
            if (from + Digits <= text.Length && text.AsSpan(from, Digits).IndexOfAnyExcept(Hex) < 0 && !found.Contains(text.Substring(at, Head.Length + Digits)))
                found.Add(text.Substring(at, Head.Length + Digits));
        }
        return found;
    }

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdef");
}
