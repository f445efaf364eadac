namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>A LIKE pattern, matched without regard to case. Only the last % is ever reconsidered, so no pattern takes exponential time.</summary>
internal sealed class SoqlPattern
{
    private readonly List<(char Character, Part Part)> _parts = [];

    public SoqlPattern(string pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
                _parts.Add((char.ToUpperInvariant(pattern[++i]), Part.Character));
            else
                _parts.Add((char.ToUpperInvariant(pattern[i]), pattern[i] switch { '%' => Part.Any, '_' => Part.One, _ => Part.Character }));
        }
    }

    private enum Part
    {
        Character,
        One,
        Any,
    }

    public bool Matches(string text)
    {
        int at = 0, part = 0, lastAny = -1, resumeAt = 0;
        while (at < text.Length)
        {
            if (part < _parts.Count && _parts[part].Part == Part.Any)
            {
                lastAny = part++;
                resumeAt = at;
            }
            else if (part < _parts.Count && (_parts[part].Part == Part.One || _parts[part].Character == char.ToUpperInvariant(text[at])))
            {
                part++;
                at++;
            }
            else if (lastAny >= 0)
            {
                part = lastAny + 1;
                at = ++resumeAt;
            }
            else
            {
                return false;
            }
        }

        while (part < _parts.Count && _parts[part].Part == Part.Any)
            part++;
        return part == _parts.Count;
    }
}
