namespace CrmSync.Simulator.Seed;

/// <summary>
/// What an authored text says of its own outcome. Read generously: a cue only ever keeps the CRM's fields from disagreeing with the text.
/// </summary>
internal sealed record TextCues(
    bool Voicemail, bool NoVoicemail, bool WrongNumber, bool Busy, bool Unanswered, bool Gatekeeper,
    bool NoShow, bool Cancelled, bool Rescheduled, bool Bounced, bool TellsLength)
{
    public static TextCues Read(string type, string subject, string body)
    {
        var text = subject + "\n" + body;
        var call = type == "call";
        var meeting = type == "meeting";
        return new(
            Voicemail: call && Has(
                text, "voicemail", "vm", "lvm", "vms", "lm", "answerphone", "answering machine", "mailbox", "left message", "left a msg",
                "left msg", "left word"),
            NoVoicemail: call && Has(
                text, "no vm", "no voicemail", "vm full", "mailbox full", "no msg", "no message", "no vm box", "no vm set up"),
            WrongNumber: call && Has(
                text, "wrong number", "wrong no", "wrong nr", "wrong person", "wrong dept", "wrong cartwell", "none valid", "nail salon"),
            Busy: call && Has(text, "busy", "bz tone", "engaged tone", "occupato"),
            Unanswered: call && Has(
                text, "no answer", "no ans", "missed", "unanswered", "no pickup", "no pick up", "no reply", "not answered", "rang out",
                "ring out", "ringing out", "rings out", "nicht erreicht", "no contest\u00F3", "not picking up", "not connected",
                "no connect", "nothing"),
            Gatekeeper: call && Has(text, "gatekeeper", "reception", "receptionist", "front desk", "assistant", "PA", "switchboard"),
            NoShow: meeting && Has(
                text, "no-show", "no show", "no-showed", "nobody joined", "nobody from", "no one", "no attendees", "never dialled",
                "no se present\u00F3", "1 participant", "participants: 1", "waited"),
            Cancelled: meeting && Has(
                text, "canceled", "cancelled", "annul\u00E9", "annul\u00E9e", "entf\u00E4llt", "abgesagt", "released",
                "did not happen", "rained out"),
            Rescheduled: meeting && Has(text, "rescheduled", "reschedule", "postpone", "postponed", "moved to", "moved it"),
            Bounced: type == "email" && Has(
                text, "bounced", "delivery status notification", "undeliverable", "mailer-daemon", "address not found"),
            TellsLength: HasClock(text) || Has(text, "min", "mins", "minutes", "sec", "secs", "seconds", "hour", "hours", "hr", "hrs"));
    }

    /// <summary>A digit on both sides of a colon, as in 0:41.</summary>
    private static bool HasClock(string text)
    {
        for (var at = text.IndexOf(':', StringComparison.Ordinal); at >= 0; at = text.IndexOf(':', at + 1))
        {
            if (at > 0 && at + 1 < text.Length && char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]))
                return true;
        }

        return false;
    }

    /// <summary>Whole words, any case; a cue in capitals (PA) must match as written, for it is another word otherwise.</summary>
    private static bool Has(string text, params ReadOnlySpan<string> cues)
    {
        foreach (var cue in cues)
        {
            var comparison = char.IsUpper(cue[^1]) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
            for (var at = text.IndexOf(cue, comparison); at >= 0; at = text.IndexOf(cue, at + 1, comparison))
            {
                var end = at + cue.Length;
                if ((at == 0 || !char.IsLetter(text[at - 1])) && (end == text.Length || !char.IsLetter(text[end])))
                    return true;
            }
        }

        return false;
    }
}
