namespace CrmSync.Pipeline.Text;

/// <summary>What a pasted invitation of Teams, Zoom, Meet or Webex looks like. What a rep types under one is not part of it.</summary>
internal static class InviteShapes
{
    private const int Reach = 400;
    private const int Longest = 160;

    private static readonly PhraseSearch Marks = new(
        "microsoft teams", "teams meeting", "join the meeting", "join your meeting", "join on your computer", "meeting id", "zoom meeting", "webex meeting", "google meet",
        "besprechungs-id", "an der besprechung teilnehmen", "id de réunion", "rejoindre la réunion", "id de reunión", "unirse a la reunión", "vergaderings-id");

    private static readonly string[] Openings =
    [
        "join zoom meeting", "join microsoft teams", "join the meeting now", "click here to join the meeting", "microsoft teams meeting", "microsoft teams need help", "join with google meet",
        "microsoft teams-besprechung", "réunion microsoft teams", "join webex meeting",
    ];

    private static readonly string[] Lines =
    [
        "microsoft teams", "join ", "click here to join", "meeting id", "meeting number", "meeting password", "meeting link", "passcode", "password:", "video conference id", "video id", "or call in", "dial",
        "phone conference id", "find a local number", "find your local number", "reset pin", "reset dial-in pin", "learn more", "meeting options", "need help", "download teams", "alternate vtc",
        "tenant key", "more info", "one tap mobile", "topic:", "time:", "zoom meeting", "for organizers", "privacy and security", "organisational", "webex", "access code", "google meet",
        "video call link", "more phone numbers", "more joining options", "or dial", "pin:", "an der besprechung", "besprechungs-id", "kennung:", "kenncode", "telefonkonferenz", "teilnehmen", "oder rufen sie",
        "weitere infos", "rejoindre", "id de", "code secret", "unirse", "código de acceso", "nehmen sie teil",
    ];

    /// <summary>Whether the rule of underscores that ends just before this text stands above an invitation.</summary>
    public static bool StandsAbove(ReadOnlySpan<char> text) => Marks.IsIn(text[..Math.Min(text.Length, Reach)]);

    /// <summary>Whether the text behind a rule inside an invitation still belongs to it.</summary>
    public static bool GoesOn(ReadOnlySpan<char> text)
    {
        var rest = text[..Math.Min(text.Length, Reach)].TrimStart();
        var end = rest.IndexOf('\n');
        var line = end < 0 ? rest : rest[..end];
        return !line.IsWhiteSpace() && !LineShapes.IsRule(line) && IsInside(line);
    }

    /// <summary>The first line of an invitation without a rule above it.</summary>
    public static bool IsOpening(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        if (text.Length > Longest)
            return false;
        foreach (var opening in Openings)
            if (text.StartsWith(opening, StringComparison.OrdinalIgnoreCase))
                return true;
        return text.Contains("inviting you to a scheduled Zoom meeting", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A line inside an invitation: an instruction, a link or a telephone number.</summary>
    public static bool IsInside(ReadOnlySpan<char> line)
    {
        var text = line.Trim(" \t|*-<>[]");
        if (text.IsEmpty || text.IndexOfAnyExcept("_.=~") < 0)
            return true;
        if (text.StartsWith("http", StringComparison.OrdinalIgnoreCase) && text.IndexOf(' ') < 0)
            return true;
        if (IsNumber(text))
            return true;
        if (text.Length > Longest)
            return false;
        foreach (var start in Lines)
            if (text.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    // "+1 253 215 8782,,8456# US (Tacoma)", "234 567 891 011": mostly digits, or a number in front.
    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        if (text.Length > 80)
            return false;
        var digits = 0;
        foreach (var c in text)
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        return digits >= 7 && (text[0] == '+' || digits * 2 >= text.Length);
    }
}
