using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Text;

/// <summary>One pass over the lines of a body; neighbouring lines of one kind and turn become one zone.</summary>
internal sealed class BodyWalk
{
    private const int MaxSignatureLines = 8;
    private const int SignatureReach = 160;

    private readonly string _text;
    private readonly int _start;
    private readonly ActivityDirection? _newest;
    private readonly int _maxZones;
    private readonly List<TextZone> _zones;
    private readonly Dictionary<string, ActivityDirection?> _sides = new(StringComparer.OrdinalIgnoreCase);
    private ZoneKind? _kind;
    private int _zoneStart;
    private int _zoneTurn;
    private int _turn;
    private int _quoteDepth;
    private string? _author;
    private string? _zoneAuthor;
    private ActivityDirection? _zoneDirection;
    private ActivityDirection? _direction;
    private bool _sawNew;
    private bool _signing;
    private int _signatureLines;
    private bool _inHeader;
    private bool _inInvite;
    private bool _forwarded;
    private readonly Speakers _speakers;
    private (int Start, int End, ActivityDirection? Direction) _above;

    /// <param name="text">Subject and body, decoded.</param>
    /// <param name="start">Where the body starts.</param>
    /// <param name="newest">Which side wrote the newest message, where that is known.</param>
    /// <param name="forwarded">Whether the subject says that an earlier mail is passed on.</param>
    /// <param name="maxZones">Zones at most; the last one takes what follows.</param>
    /// <param name="zones">Receives the zones.</param>
    public BodyWalk(string text, int start, ActivityDirection? newest, bool forwarded, int maxZones, List<TextZone> zones)
    {
        (_text, _start, _newest, _forwarded, _maxZones, _zones) = (text, start, newest, forwarded, maxZones, zones);
        _direction = newest;
        _speakers = Speakers.Of(text.AsSpan(start));
    }

    public void Run()
    {
        var position = _start;
        while (position < _text.Length)
        {
            var end = _text.IndexOf('\n', position);
            end = end < 0 ? _text.Length : end + 1;
            var line = _text.AsSpan(position, end - position).TrimEnd('\n');
            if (Unwrap(line, ref end) is { } wrote)
                line = wrote;
            Place(position, line);
            position = end;
        }
        Flush(_text.Length);
    }

    /// <summary>Mail programs wrap "On … Ines Korda" / "wrote:" onto two lines; both together, with the end moved on, or null.</summary>
    private string? Unwrap(ReadOnlySpan<char> line, ref int end)
    {
        if (!LineShapes.MayBeWrappedWroteLine(line.TrimStart("> ")) || line.TrimEnd().EndsWith(':') || end >= _text.Length)
            return null;
        var next = _text.AsSpan(end, Math.Min(_text.Length - end, 120));
        var stop = next.IndexOf('\n');
        var second = stop < 0 ? next : next[..stop];
        var joined = $"{line} {second.TrimStart("> ")}";
        if (!LineShapes.IsWroteLine(joined.AsSpan().TrimStart("> "), out _))
            return null;
        end = Math.Min(_text.Length, end + second.Length + 1);
        return joined;
    }

    private void Place(int position, ReadOnlySpan<char> line)
    {
        if (line.IsWhiteSpace())
        {
            _inHeader = false;
            return;
        }
        var depth = QuoteDepth(ref line);
        if (depth != _quoteDepth)
            ChangeDepth(depth, position);
        var kind = KindOf(line, position);
        if (kind is ZoneKind.New or ZoneKind.Quoted && _speakers.Begins(line) is { } speaker)
            (_author, _signing) = (speaker, false);
        if (kind != _kind || _turn != _zoneTurn || _author != _zoneAuthor)
        {
            Flush(position);
            (_kind, _zoneStart, _zoneTurn, _zoneAuthor, _zoneDirection) = (kind, position, _turn, _author, _direction);
        }
        _sawNew |= kind is ZoneKind.New or ZoneKind.Quoted;
    }

    private ZoneKind KindOf(ReadOnlySpan<char> line, int position)
    {
        var trimmed = line.TrimStart();
        if (LineShapes.IsWroteLine(trimmed, out var author))
        {
            OpenTurn(author, position);
            return ZoneKind.Header;
        }
        if (IsInInvite(trimmed, position + line.Length))
            return ZoneKind.Boilerplate;
        if (LineShapes.IsTurnMark(trimmed))
        {
            _forwarded |= LineShapes.IsForwardMark(trimmed);
            OpenTurn(null, position);
            _inHeader = true;
            return ZoneKind.Header;
        }
        if (LineShapes.IsFrom(trimmed) && (_inHeader || LooksLikeHeaderBlock(trimmed)))
        {
            if (!_inHeader && _sawNew)
                OpenTurn(null, position);
            NameAuthor(LineShapes.NameAfterColon(trimmed));
            _inHeader = true;
            return ZoneKind.Header;
        }
        if (LineShapes.IsHeader(trimmed) && (_inHeader || !_sawNew && _turn == 0))
        {
            _inHeader = true;
            return ZoneKind.Header;
        }
        _inHeader = false;
        if (LineShapes.IsUnsubscribe(trimmed))
            return ZoneKind.Unsubscribe;
        if (LineShapes.IsBoilerplate(trimmed))
            return ZoneKind.Boilerplate;
        return InSignature(trimmed) ? ZoneKind.Signature : _turn == 0 ? ZoneKind.New : ZoneKind.Quoted;
    }

    /// <summary>Teams draws a rule above and below its invitation; elsewhere it ends with the first line that is not of its kind.</summary>
    private bool IsInInvite(ReadOnlySpan<char> line, int end)
    {
        if (LineShapes.IsRule(line))
        {
            var inside = _inInvite;
            var below = _text.AsSpan(Math.Min(_text.Length, end));
            _inInvite = inside ? InviteShapes.GoesOn(below) : InviteShapes.StandsAbove(below);
            return inside || _inInvite;
        }
        _inInvite = _inInvite ? InviteShapes.IsInside(line) : InviteShapes.IsOpening(line);
        return _inInvite;
    }

    /// <summary>Notes hold lines such as "From: the site team"; a mail header names an address or stands above more header lines.</summary>
    private bool LooksLikeHeaderBlock(ReadOnlySpan<char> line)
    {
        if (line.Contains('@'))
            return true;
        var at = line.IsEmpty ? 0 : _text.AsSpan().Overlaps(line, out var offset) ? offset : 0;
        var next = _text.IndexOf('\n', at);
        return next >= 0 && LineShapes.IsHeader(_text.AsSpan(next + 1, Math.Min(40, _text.Length - next - 1)).TrimStart("> "));
    }

    private bool InSignature(ReadOnlySpan<char> line)
    {
        if (LineShapes.IsSignatureMark(line) || LineShapes.IsSignOff(line))
        {
            (_signing, _signatureLines) = (true, 0);
            return true;
        }
        // A long line, or too many, is text again: a closing word in mid-mail must not swallow the rest.
        if (!_signing || ++_signatureLines > MaxSignatureLines || line.Length > 90)
            return _signing = false;
        return true;
    }

    private void ChangeDepth(int depth, int position)
    {
        // Deeper quoting is an earlier turn; coming back out ends it. A "wrote:" line just before has opened the turn already.
        if (depth > _quoteDepth && _kind != ZoneKind.Header)
            OpenTurn(null, position);
        else if (depth < _quoteDepth && depth == 0 && _turn > 0)
            CloseTurns();
        _quoteDepth = depth;
        _signing = false;
    }

    private void OpenTurn(string? author, int position)
    {
        // A new turn answers the one above, whose last lines carry its signature.
        _turn++;
        _above = (Math.Max(_start, position - SignatureReach), position, _direction);
        _signing = false;
        // Who passes a mail on did not write it: it came from the other side, unless they pass it on themselves with words of their own.
        _direction = _forwarded && _turn == 1 && (_newest != ActivityDirection.Inbound || !_sawNew) ? ActivityDirection.Inbound : Opposite(_direction);
        _author = null;
        NameAuthor(author);
    }

    private void CloseTurns() => (_turn, _author, _direction, _signing) = (0, null, _newest, false);

    private void NameAuthor(string? author)
    {
        if (author is null)
            return;
        _author = author;
        // A name seen before speaks for the same side again; a new one is taken to answer the turn above.
        if (_turn == 0)
            _direction = _newest;
        else if (_sides.TryGetValue(author, out var side))
            _direction = side;
        else if (SignedAbove(author))
            _direction = _above.Direction;
        _sides[author] = _direction;
    }

    /// <summary>A sender who bumps an own mail quotes an author who also signed the turn above.</summary>
    private bool SignedAbove(string author)
    {
        var comma = author.IndexOf(',');
        var first = (comma > 0 ? author.AsSpan(comma + 1) : author.AsSpan()).Trim();
        var space = first.IndexOf(' ');
        first = space > 0 ? first[..space] : first;
        var above = _text.AsSpan(_above.Start, _above.End - _above.Start);
        var at = first.Length < 2 ? -1 : above.LastIndexOf(first, StringComparison.OrdinalIgnoreCase);
        if (at < 0 || at > 0 && above[at - 1] != '\n' && !EndsSignOff(above[..at]))
            return false;
        // "Paul," opens a letter to Paul; "Paul" or "Paul Ebert" closes one from him.
        var next = at + first.Length < above.Length ? above[at + first.Length] : '\n';
        return next is not (',' or ':') && !char.IsLetter(next);
    }

    /// <summary>"Best, Olwen" on one line closes a letter as two lines do.</summary>
    private static bool EndsSignOff(ReadOnlySpan<char> before)
    {
        var line = before[(before.LastIndexOf('\n') + 1)..];
        return line.EndsWith(", ") && LineShapes.IsSignOff(line.TrimEnd());
    }

    private void Flush(int end)
    {
        if (_kind is { } kind && end > _zoneStart && _zones.Count < _maxZones)
            _zones.Add(new TextZone(kind, _zoneStart, end - _zoneStart, _zoneAuthor, _zoneDirection, _zoneTurn));
        else if (_kind is { } last && _zones.Count > 0 && end > _zoneStart)
            _zones[^1] = _zones[^1] with { Length = end - _zones[^1].Start };
    }

    private static int QuoteDepth(ref ReadOnlySpan<char> line)
    {
        var depth = 0;
        var rest = line;
        while (true)
        {
            var trimmed = rest.TrimStart(' ');
            if (!trimmed.StartsWith('>'))
                break;
            depth++;
            rest = trimmed[1..];
        }
        if (depth > 0)
            line = rest.TrimStart(' ');
        return depth;
    }

    private static ActivityDirection? Opposite(ActivityDirection? direction) => direction switch
    {
        ActivityDirection.Inbound => ActivityDirection.Outbound,
        ActivityDirection.Outbound => ActivityDirection.Inbound,
        null => null,
        _ => throw new ArgumentOutOfRangeException(nameof(direction), direction, "unknown direction"),
    };
}
