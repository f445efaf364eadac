namespace CrmSync.Simulator.Seed;

/// <summary>
/// What rep and tools filled in beside the text. Never contradicts the truth: it agrees, says nothing that decides, or is blank. About
/// three in ten stay blank, as in real exports, so that the text has to decide.
/// </summary>
internal sealed record LoggedEvidence(string? Disposition, string? Status, string? Outcome, TimeSpan? Duration)
{
    private static readonly LoggedEvidence Blank = new(null, null, null, null);

    public static LoggedEvidence Draw(AuthoredRow row, SeedRandom random) => row.Type switch
    {
        "call" => random.Chance(22) ? Blank : Call(row, random),
        "meeting" => random.Chance(25) ? Blank : Blank with { Outcome = MeetingOutcome(row, random) },
        "email" => Blank with { Status = MailStatus(row, random) },
        "task" => Blank with { Status = TaskStatus(row, random) },
        _ => Blank,
    };

    private static LoggedEvidence Call(AuthoredRow row, SeedRandom random)
    {
        var cues = row.Cues;
        return row.Engagement switch
        {
            // A deciding field would make an undecidable row decidable.
            "ND" => Blank,
            "ENGAGED" when cues.Gatekeeper && row.Stage is null or "Follow-Up" => Spoken("Left live message", Message()),
            "ENGAGED" when cues.Voicemail || cues.Unanswered || cues.WrongNumber => Blank,
            "ENGAGED" => Spoken("Connected", Talk(row, random)),
            _ when cues.WrongNumber => Spoken("Wrong number", Short()),
            _ when row.Direction == "inbound" => Blank with { Status = cues.Unanswered ? "MISSED" : null },
            _ when cues.Busy => Blank with { Disposition = "Busy", Status = "BUSY" },
            _ when cues.Voicemail && !cues.NoVoicemail => Spoken("Left voicemail", Short()),
            _ when cues.Unanswered || cues.NoVoicemail => Blank with { Disposition = "No answer", Status = "NO_ANSWER" },
            _ => Blank,
        };

        LoggedEvidence Spoken(string disposition, TimeSpan? length) => new(disposition, "COMPLETED", null, length);
        TimeSpan? Message() => cues.TellsLength ? null : TimeSpan.FromSeconds(random.Between(35, 150));
        TimeSpan? Short() => cues.TellsLength || random.Chance(40) ? null : TimeSpan.FromSeconds(random.Between(8, 45));
    }

    /// <summary>Minutes of talk by what was talked about; blank where the text tells a length itself.</summary>
    private static TimeSpan? Talk(AuthoredRow row, SeedRandom random)
    {
        if (row.Cues.TellsLength)
            return null;
        var (low, high) = row.Stage switch
        {
            "Discovery" or "Demo" => (12, 48),
            "Negotiation" => (8, 35),
            null => (1, 4),
            _ => (3, 12),
        };
        return TimeSpan.FromSeconds(random.Between(low * 60, high * 60));
    }

    private static string? MeetingOutcome(AuthoredRow row, SeedRandom random)
    {
        var cues = row.Cues;
        return row.Engagement switch
        {
            "ENGAGED" when cues.NoShow || cues.Cancelled || cues.Rescheduled => null,
            // Many reps never touch the outcome again after booking.
            "ENGAGED" => random.Chance(85) ? "COMPLETED" : "SCHEDULED",
            "ND" => random.Chance(40) ? "SCHEDULED" : null,
            _ when cues.Cancelled => "CANCELED",
            _ when cues.NoShow => "NO_SHOW",
            _ when cues.Rescheduled => "RESCHEDULED",
            _ => null,
        };
    }

    private static string? MailStatus(AuthoredRow row, SeedRandom random)
    {
        if (row.Direction == "inbound" || random.Chance(20))
            return null;
        return row.Cues.Bounced && row.Engagement == "NOT ENGAGED" ? "BOUNCED" : "SENT";
    }

    private static string? TaskStatus(AuthoredRow row, SeedRandom random)
    {
        if (random.Chance(30))
            return null;
        // Only a reminder can be still to do: logged mail and reports of what happened are done.
        var open = row.Engagement == "NOT ENGAGED" && row.Direction is null && row.Stage is null && random.Chance(60);
        return open ? "NOT_STARTED" : "COMPLETED";
    }
}
