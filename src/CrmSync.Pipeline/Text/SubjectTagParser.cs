using System.Globalization;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Text;

/// <summary>Reads tool tags from left to right, once; whatever is no tag ends the tags.</summary>
internal static class SubjectTagParser
{
    private const int MaxTags = 12;
    private const int MaxStep = 99;

    private static readonly string[] Tools =
    [
        "outreach", "salesloft", "people.ai", "apollo", "groove", "gong", "dialpad", "aircall", "ringcentral", "hubspot", "klenty", "kixie", "nooks", "orum",
        "yesware", "zoom phone", "mixmax", "chorus", "3cx", "lemlist", "reply.io", "cirrus insight", "einstein",
        "five9", "talkdesk", "vonage", "8x8", "justcall", "cloudtalk", "phoneburner", "connectandsell", "koncert", "fireflies", "avoma", "woodpecker", "smartlead", "quickmail",
        "persistiq", "freshcaller", "amazon connect", "genesys", "nextiva", "mailshake", "ringover", "dialfire",
    ];

    // What diallers say became of a call; the longer one first, where one begins with the other.
    private static readonly string[] Outcomes =
    [
        "no answer", "left voicemail", "no voicemail", "voicemail", "missed", "not answered", "unanswered", "busy", "answered", "connected", "declined", "abandoned", "cancelled", "failed",
    ];

    private static readonly string[] ReplyPrefixes = ["re:", "aw:", "sv:", "antw:", "odp:", "rép:", "rif:", "res:", "re :", "antwort:"];
    private static readonly string[] ForwardPrefixes = ["fwd:", "fw:", "wg:", "tr:", "rv:", "doorst:", "fwd :"];

    public static SubjectTag Parse(string subject)
    {
        var state = new State();
        var rest = subject.AsSpan().Trim();
        for (var i = 0; i < MaxTags && TakeTag(ref rest, state); i++) { }
        TakePlainTool(ref rest, state);
        var tagged = state.Tool is not null || state.Channel != TagChannel.None || state.Direction is not null;
        if (tagged && state.Channel != TagChannel.Call)
            TakeStep(ref rest, state);
        state.Step ??= StepNote.Find(subject);
        while (TakePrefix(ref rest, ReplyPrefixes))
            state.Replies++;
        while (TakePrefix(ref rest, ForwardPrefixes) || TakePrefix(ref rest, ReplyPrefixes))
            state.IsForward = true;
        return new SubjectTag(state.Tool, state.Channel, state.Direction, state.Step, state.Replies, state.IsForward, state.Outcome, rest.ToString());
    }

    private static bool TakeTag(ref ReadOnlySpan<char> rest, State state)
    {
        if (rest.StartsWith('['))
        {
            var close = rest.IndexOf(']');
            if (close is < 2 or > 60)
                return false;
            foreach (var part in rest[1..close].ToString().Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                state.Note(part);
            rest = rest[(close + 1)..].TrimStart();
            return true;
        }
        if (rest.StartsWith("Email:", StringComparison.OrdinalIgnoreCase))
        {
            state.Channel = TagChannel.Email;
            rest = rest[6..].TrimStart();
            return true;
        }
        if (rest.StartsWith("Call:", StringComparison.OrdinalIgnoreCase) && state.Outcome is null)
        {
            state.Channel = TagChannel.Call;
            rest = rest[5..].TrimStart();
            var end = rest.IndexOf('|');
            state.Outcome = (end < 0 ? rest : rest[..end]).Trim().ToString();
            return false;
        }
        return false;
    }

    private static void TakePlainTool(ref ReadOnlySpan<char> rest, State state)
    {
        foreach (var tool in Tools)
        {
            if (!rest.StartsWith(tool, StringComparison.OrdinalIgnoreCase) || rest.Length > tool.Length && char.IsLetterOrDigit(rest[tool.Length]))
                continue;
            state.Tool ??= tool;
            NoteCall(rest[tool.Length..], state);
            return;
        }
    }

    /// <summary>"Aircall: outbound call, no answer" says all of it in words.</summary>
    private static void NoteCall(ReadOnlySpan<char> rest, State state)
    {
        var text = rest[..Math.Min(rest.Length, 100)];
        if (!text.Contains("call", StringComparison.OrdinalIgnoreCase) && !text.Contains("voicemail", StringComparison.OrdinalIgnoreCase))
            return;
        state.Channel = TagChannel.Call;
        if (text.Contains("outbound", StringComparison.OrdinalIgnoreCase) || text.Contains("outgoing", StringComparison.OrdinalIgnoreCase))
            state.Direction ??= ActivityDirection.Outbound;
        else if (text.Contains("inbound", StringComparison.OrdinalIgnoreCase) || text.Contains("incoming", StringComparison.OrdinalIgnoreCase))
            state.Direction ??= ActivityDirection.Inbound;
        foreach (var outcome in Outcomes)
        {
            if (state.Outcome is null && text.IndexOf(outcome, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
                state.Outcome = text.Slice(at, outcome.Length).ToString();
        }
    }

    private static void TakeStep(ref ReadOnlySpan<char> rest, State state)
    {
        var digits = 0;
        while (digits < rest.Length && digits < 3 && char.IsAsciiDigit(rest[digits]))
            digits++;
        if (digits is 0 or 3 || digits >= rest.Length || rest[digits] != ' ')
            return;
        var step = int.Parse(rest[..digits], CultureInfo.InvariantCulture);
        if (step is 0 or > MaxStep)
            return;
        state.Step = step;
        rest = rest[digits..].TrimStart();
    }

    private static bool TakePrefix(ref ReadOnlySpan<char> rest, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (!rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            rest = rest[prefix.Length..].TrimStart();
            return true;
        }
        return false;
    }

    private sealed class State
    {
        public string? Tool { get; set; }
        public TagChannel Channel { get; set; }
        public ActivityDirection? Direction { get; set; }
        public int? Step { get; set; }
        public int Replies { get; set; }
        public bool IsForward { get; set; }
        public string? Outcome { get; set; }

        public void Note(string part)
        {
            if (part.Equals("email", StringComparison.OrdinalIgnoreCase))
                Channel = TagChannel.Email;
            else if (part.Equals("call", StringComparison.OrdinalIgnoreCase))
                Channel = TagChannel.Call;
            else if (part.Equals("in", StringComparison.OrdinalIgnoreCase) || part.Equals("inbound", StringComparison.OrdinalIgnoreCase))
                Direction = ActivityDirection.Inbound;
            else if (part.Equals("out", StringComparison.OrdinalIgnoreCase) || part.Equals("outbound", StringComparison.OrdinalIgnoreCase))
                Direction = ActivityDirection.Outbound;
            else if (Tool is null && Array.Exists(Tools, tool => part.StartsWith(tool, StringComparison.OrdinalIgnoreCase)))
                Tool = part.ToLowerInvariant();
            else
                Outcome ??= part;
        }
    }
}
