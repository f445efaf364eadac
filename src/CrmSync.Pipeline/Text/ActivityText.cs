using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Text;

/// <summary>What part of an activity's text a zone is.</summary>
public enum ZoneKind
{
    /// <summary>The subject or title line, tool tags included.</summary>
    Subject,

    /// <summary>Mail headers (From, To, Sent, Subject) of this message or of a quoted one.</summary>
    Header,

    /// <summary>What was newly written.</summary>
    New,

    /// <summary>An earlier turn, quoted.</summary>
    Quoted,

    /// <summary>Signature and sign-off.</summary>
    Signature,

    /// <summary>Disclaimer, scanner notice, dial-in block.</summary>
    Boilerplate,

    /// <summary>Unsubscribe, preference and social links.</summary>
    Unsubscribe,
}

/// <summary>One zone: a span of <see cref="ActivityText.Decoded"/>. Zones never overlap and stand in text order.</summary>
/// <param name="Kind">What part it is.</param>
/// <param name="Start">First character, from 0.</param>
/// <param name="Length">Number of characters, at least 1.</param>
/// <param name="Author">Who wrote it as the text names them, or null.</param>
/// <param name="Direction">Which side wrote it, or null when nothing tells.</param>
/// <param name="Turn">0 for the newest message, 1 for the first quoted turn, and so on back in time.</param>
public sealed record TextZone(ZoneKind Kind, int Start, int Length, string? Author = null, ActivityDirection? Direction = null, int Turn = 0)
{
    /// <summary>The character after the last.</summary>
    public int End => Start + Length;
}

/// <summary>
/// An activity's text, decoded and divided. Nothing is lost: what <see cref="Cleaned"/> leaves out still stands in <see cref="Decoded"/> under its zone.
/// </summary>
/// <param name="Decoded">
/// Subject, line break, body as plain text: tags, scripts and hidden elements gone, entities resolved, NFKC, no control or zero-width characters.
/// At most <see cref="TextDecoder.MaxPlainLength"/> characters of the body.
/// </param>
/// <param name="BodyStart">Where the body starts in <paramref name="Decoded"/>.</param>
/// <param name="Zones">The zones, in text order, without overlap.</param>
/// <param name="Tag">What the tool tags of the subject say.</param>
/// <param name="IsTruncated">True when the body was longer than what is read.</param>
public sealed record ActivityText(
    string Decoded, int BodyStart, IReadOnlyList<TextZone> Zones, SubjectTag Tag, bool IsTruncated)
{
    /// <summary>
    /// Subject, new and quoted text with placeholders for links, addresses and telephone numbers: what people are shown. Made anew each time it is asked for,
    /// because no decision needs it.
    /// </summary>
    public string Cleaned => string.Join('\n', Zones
        .Where(zone => zone.Kind is ZoneKind.Subject or ZoneKind.New or ZoneKind.Quoted)
        .Select(zone => TextCleaner.Polish(TextOf(zone)))).Trim();

    /// <summary>The characters of a zone.</summary>
    public ReadOnlySpan<char> TextOf(TextZone zone) => Decoded.AsSpan(zone.Start, zone.Length);
}
