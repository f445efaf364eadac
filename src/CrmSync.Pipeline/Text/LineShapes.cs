using System.Buffers;
using System.Collections.Frozen;

namespace CrmSync.Pipeline.Text;

/// <summary>What a single line looks like. Every question is answered by scanning the line a bounded number of times.</summary>
internal static class LineShapes
{
    // No phrase of Boilerplate is so long that one which begins in the first 120 characters could end beyond.
    private const int ShortLine = 160;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> FromNames = Names("From:", "Von:", "De:", "Van:", "De :", "Da:", "Från:", "Fra:");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> HeaderNames = Names(
        "From:", "To:", "Sent:", "Date:", "Cc:", "Bcc:", "Subject:", "Attachment:", "Attachments:", "Body:", "Reply-To:", "Importance:",
        "Von:", "An:", "Gesendet:", "Datum:", "Betreff:", "De:", "À:", "Envoyé:", "Objet:", "De :", "À :", "Envoyé :", "Objet :", "Cc :", "Date :",
        "Para:", "Enviado:", "Enviado el:", "Asunto:", "Van:", "Aan:", "Verzonden:", "Onderwerp:", "Da:", "Inviato:", "Oggetto:");

    private static readonly PhraseSearch Boilerplate = new(
        "intended recipient", "confidential and may", "is confidential", "are confidential", "may be privileged", "scanned for viruses", "legally privileged",
        "diese nachricht ist vertraulich", "vertraulich", "message est confidentiel", "confidencial", "vertrouwelijk", "registered in england", "company no.",
        "please consider the environment", "think before you print", "one tap mobile", "meeting id:", "passcode:", "dial by your location", "join zoom meeting",
        "join on your computer", "click here to join the meeting", "sent from my", "get outlook for", "von meinem iphone gesendet", "envoyé de mon iphone",
        "external email", "caution: this email originated", "verstuurd vanaf mijn", "in error, please", "received this email in error", "received this message in error",
        "received this e-mail in error", "unauthorised use, disclosure", "unauthorized use, disclosure", "nicht der richtige adressat", "irrtümlich erhalten", "destinataire par erreur");

    private static readonly PhraseSearch Unsubscribe = new(
        "unsubscribe", "opt out", "opt-out", "manage preferences", "manage your preferences", "view in browser", "if you'd rather not hear", "update your preferences",
        "you are receiving this", "you receive this", "you're receiving this", "abmelden", "abbestellen", "désabonner", "se désinscrire", "darse de baja", "afmelden",
        "uitschrijven", "follow us on", "not interested? click");

    private static readonly PhraseSearch TurnMarks = new(
        "original message", "forwarded message", "begin forwarded", "ursprüngliche nachricht", "message d'origine", "mensaje original", "oorspronkelijk bericht",
        "weitergeleitete nachricht", "message transféré", "mensaje reenviado", "doorgestuurd bericht");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    private static readonly string[] SignOffs =
    [
        "best", "best regards", "kind regards", "regards", "warm regards", "thanks", "thank you", "many thanks", "cheers", "sincerely", "all the best", "best wishes",
        "thx", "br", "rgds", "yours", "yours sincerely", "mit freundlichen grüßen", "mit freundlichen grüssen", "viele grüße", "beste grüße", "gruß", "grüße", "mfg",
        "cordialement", "bien cordialement", "bien à vous", "saludos", "un saludo", "atentamente", "met vriendelijke groet", "groet", "groeten", "mvg",
        "com os melhores cumprimentos", "cordiali saluti",
    ];

    public static bool IsHeader(ReadOnlySpan<char> line) => OpensWith(line, HeaderNames);

    public static bool IsFrom(ReadOnlySpan<char> line) => OpensWith(line, FromNames) && line.TrimEnd().Length < 200;

    // Text pasted as one long line must not vanish because of its last words: the phrase has to stand near the start, or the line be short.
    public static bool IsBoilerplate(ReadOnlySpan<char> line) =>
        Boilerplate.IndexIn(line[..Math.Min(line.Length, ShortLine)]) is >= 0 and < 120
        && (line.Length < ShortLine || line.Contains("recipient", StringComparison.OrdinalIgnoreCase));

    public static bool IsUnsubscribe(ReadOnlySpan<char> line) => line.Length < 200 && Unsubscribe.IsIn(line);

    public static bool IsSignatureMark(ReadOnlySpan<char> line) => line.TrimEnd() is "--" or "---" or "—" or "-- ";

    public static bool IsSignOff(ReadOnlySpan<char> line)
    {
        var words = line.Trim().TrimEnd(",.!-– ");
        if (words.Length is 0 or > 30)
            return false;
        foreach (var signOff in SignOffs)
            if (words.Equals(signOff, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>A rule of underscores: mail programs set one above the turn before, Teams above and below an invitation.</summary>
    public static bool IsRule(ReadOnlySpan<char> line) => line.Trim() is { Length: >= 10 } text && text.IndexOfAnyExcept('_') < 0;

    /// <summary>"Forwarded message" in some form: what follows was sent to whoever passes it on.</summary>
    public static bool IsForwardMark(ReadOnlySpan<char> line) => line.Length < 100
        && (line.Contains("forwarded message", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Begin forwarded", StringComparison.OrdinalIgnoreCase)
            || line.Contains("weitergeleitete nachricht", StringComparison.OrdinalIgnoreCase) || line.Contains("message transféré", StringComparison.OrdinalIgnoreCase)
            || line.Contains("mensaje reenviado", StringComparison.OrdinalIgnoreCase));

    /// <summary>A rule of dashes or underscores, or "Original Message" in some language, opens the turn before.</summary>
    public static bool IsTurnMark(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        if (IsRule(text))
            return true;
        if (text.Length is < 8 or > 80 || !(text.StartsWith("--") || text.StartsWith("__") || text.StartsWith("Begin forwarded")))
            return false;
        return TurnMarks.IsIn(text);
    }

    /// <summary>"On Monday, Ines Korda wrote:" in some languages; gives the author as the line names them.</summary>
    public static bool IsWroteLine(ReadOnlySpan<char> line, out string? author)
    {
        author = null;
        var text = line.Trim();
        if (text.Length is < 8 or > 220 || !text.EndsWith(':') && !text.EndsWith(">"))
            return false;
        int verb;
        if (text.StartsWith("On ", StringComparison.OrdinalIgnoreCase))
            verb = text.LastIndexOf(" wrote", StringComparison.OrdinalIgnoreCase);
        else if (text.StartsWith("Am ", StringComparison.OrdinalIgnoreCase))
            verb = text.LastIndexOf(" schrieb", StringComparison.OrdinalIgnoreCase);
        else if (text.StartsWith("Le ", StringComparison.OrdinalIgnoreCase))
            verb = text.LastIndexOf(" a écrit", StringComparison.OrdinalIgnoreCase);
        else if (text.StartsWith("El ", StringComparison.OrdinalIgnoreCase))
            verb = text.LastIndexOf(" escribió", StringComparison.OrdinalIgnoreCase);
        else if (text.StartsWith("Op ", StringComparison.OrdinalIgnoreCase))
            verb = text.LastIndexOf(" schreef", StringComparison.OrdinalIgnoreCase);
        else
            verb = text.EndsWith(" wrote:", StringComparison.OrdinalIgnoreCase) ? text.Length - 7 : -1;
        if (verb < 0)
            return false;
        author = AuthorName(text, verb);
        return true;
    }

    /// <summary>The first half of a "wrote:" line that a mail program has wrapped.</summary>
    public static bool MayBeWrappedWroteLine(ReadOnlySpan<char> line) => line.Length is > 8 and < 120
        && (line.StartsWith("On ") || line.StartsWith("Am ") || line.StartsWith("Le ") || line.StartsWith("El ") || line.StartsWith("Op "));

    /// <summary>The name after "From:", without the address.</summary>
    public static string? NameAfterColon(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        return colon < 0 ? null : Name(line[(colon + 1)..]);
    }

    private static string? AuthorName(ReadOnlySpan<char> text, int verb)
    {
        // German and Dutch put the name behind the verb.
        var after = text[(verb + 8 < text.Length ? verb + 8 : text.Length)..].TrimEnd(':').Trim();
        if (after.Length > 1)
            return Name(after);
        var before = text[..verb];
        var comma = before.LastIndexOf(',');
        var bracket = before.LastIndexOf('<');
        if (bracket > 0)
            comma = before[..bracket].LastIndexOf(',');
        var name = comma >= 0 ? before[(comma + 1)..] : before;
        // "8:31 AM Ines Korda": the name starts after the last digit and its AM or PM.
        var digit = name.LastIndexOfAny(Digits);
        name = digit >= 0 ? name[(digit + 1)..].TrimStart(" ,:") : name;
        return Name(name.StartsWith("AM ") || name.StartsWith("PM ") ? name[3..] : name);
    }

    private static string? Name(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('<', '[', '(');
        var name = (end > 0 ? text[..end] : text).Trim(" \"':;,");
        return name.Length is > 0 and <= 80 ? name.ToString() : null;
    }

    /// <summary>Whether what ends with a line's first colon is one of some names, none of which is longer than this looks.</summary>
    private static bool OpensWith(ReadOnlySpan<char> line, FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> names)
    {
        var colon = line[..Math.Min(line.Length, 16)].IndexOf(':');
        return colon > 0 && names.Contains(line[..(colon + 1)]);
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Names(params string[] names) =>
        names.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
