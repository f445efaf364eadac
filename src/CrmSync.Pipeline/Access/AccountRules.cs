using System.Globalization;
using System.Text;

namespace CrmSync.Pipeline.Access;

/// <summary>What names and passwords have to be like. Every refusal is a sentence.</summary>
public static class AccountRules
{
    /// <summary>Fewest characters of a password.</summary>
    public const int ShortestPassword = 12;

    /// <summary>Most characters of a password: hashing a longer one is work that nobody asked for.</summary>
    public const int LongestPassword = 200;

    /// <summary>Most characters of a name or a note.</summary>
    public const int LongestName = 100;

    private const int FewestDifferent = 5;

    // Names that audit rows use for what nobody did.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "console", "system", "crmsync", "schedule", "worker", "nobody", "first look" };

    /// <summary>The form in which names are compared: compatibility forms made one, lower case, without space around. Empty for what is no text at all.</summary>
    public static string Fold(string? text) => IsSound(text) ? (text ?? "").Normalize(NormalizationForm.FormKC).Trim().ToLowerInvariant() : "";

    /// <summary>Reads a sign-in name: 3 to 100 letters, digits and <c>. _ - + @</c>.</summary>
    /// <returns>Null where it is one; otherwise what is wrong.</returns>
    public static string? ReadSignIn(string? text, out string signIn)
    {
        signIn = Fold(text);
        if (signIn.Length is < 3 or > LongestName)
            return $"A sign-in name has 3 to {LongestName} characters, such as your mail address.";
        return signIn.All(character => char.IsLetterOrDigit(character) || character is '.' or '_' or '-' or '+' or '@')
            ? null
            : "A sign-in name has letters, digits and . _ - + @ only, without spaces.";
    }

    /// <summary>Reads a person's name: 2 to 100 characters, none of them invisible.</summary>
    /// <returns>Null where it is one; otherwise what is wrong.</returns>
    public static string? ReadName(string? text, out string name)
    {
        name = IsSound(text) ? string.Join(' ', (text ?? "").Normalize(NormalizationForm.FormC).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : "";
        if (name.Length is < 2 or > LongestName)
            return $"A name has 2 to {LongestName} characters; write it as your colleagues know you.";
        if (name.EnumerateRunes().Any(IsInvisible))
            return "The name has a character that cannot be seen; write it anew without it.";
        // "key NAME" is how audit rows name a key of the API.
        return Reserved.Contains(Fold(name)) || Fold(name).StartsWith("key ", StringComparison.Ordinal) ? $"\"{name}\" stands for the service itself; choose another name." : null;
    }

    /// <summary>Judges a password by length and by what is easily guessed.</summary>
    /// <returns>Null where it will do; otherwise what is wrong.</returns>
    public static string? CheckPassword(string? password, string signIn)
    {
        ArgumentNullException.ThrowIfNull(signIn);
        if (password is null || password.Length < ShortestPassword)
            return $"A password has at least {ShortestPassword} characters; a sentence is easy to remember.";
        if (password.Length > LongestPassword)
            return $"A password has at most {LongestPassword} characters.";
        if (password.Distinct().Count() < FewestDifferent)
            return $"The password repeats itself; use at least {FewestDifferent} different characters.";
        var name = signIn.Split('@')[0];
        return name.Length >= 3 && Fold(password).Contains(name, StringComparison.Ordinal)
            ? "The password holds the sign-in name, which is what is guessed first; choose another."
            : null;
    }

    // A lone surrogate has no normal form.
    private static bool IsSound(string? text)
    {
        for (var i = 0; i < (text ?? "").Length; i++)
        {
            if (char.IsSurrogate(text![i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
                return false;
        }
        return true;
    }

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
