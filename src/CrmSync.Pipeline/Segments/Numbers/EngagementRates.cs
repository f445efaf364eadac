using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>How approaches fared.</summary>
/// <param name="Answered">Approaches that the customer answered in time, out of those whose time is over or that were answered.</param>
/// <param name="Met">Approaches that led to a meeting in time, likewise.</param>
public sealed record ApproachRates(Share Answered, Share Met);

/// <summary>
/// Counts approaches: a seller's first touch and those that follow it until the customer answers or the time is over are one approach, so that five reminders are not five
/// failures. Pure.
/// </summary>
public static class EngagementRates
{
    /// <summary>The rates of approaches that began in a stretch of time.</summary>
    /// <param name="accounts">The accounts.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">The instant after the last; touches after it still answer approaches before it.</param>
    /// <param name="options">How long an answer or a meeting may take.</param>
    /// <param name="seenUntil">Until when activities are known; <paramref name="to"/> where null. Approaches whose time was not over then are left out, unless they were answered.</param>
    public static ApproachRates Of(IEnumerable<AccountFacts> accounts, DateTimeOffset from, DateTimeOffset to, NumberOptions options, DateTimeOffset? seenUntil = null)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        ArgumentNullException.ThrowIfNull(options);
        Share answered = default, met = default;
        foreach (var account in accounts)
        {
            NoteFacts[] notes = [.. account.Notes.OrderBy(note => note.At).ThenBy(note => note.Id, StringComparer.Ordinal)];
            var free = DateTimeOffset.MinValue;
            for (var i = 0; i < notes.Length; i++)
            {
                if (notes[i].Side != NoteSide.Seller || notes[i].IsMeeting || notes[i].At < free || notes[i].At >= to)
                    continue;
                var answer = Next(notes, i, options.AnswerWithin, note => note.Side == NoteSide.Customer);
                var meeting = Next(notes, i, options.MeetingWithin, note => note.IsMeeting);
                free = answer ?? notes[i].At + options.AnswerWithin;
                if (notes[i].At < from)
                    continue;
                var end = seenUntil ?? to;
                answered = Count(answered, answer is not null, notes[i].At + options.AnswerWithin <= end);
                met = Count(met, meeting is not null, notes[i].At + options.MeetingWithin <= end);
            }
        }
        return new ApproachRates(answered, met);
    }

    private static DateTimeOffset? Next(NoteFacts[] notes, int after, TimeSpan within, Func<NoteFacts, bool> wanted)
    {
        for (var i = after + 1; i < notes.Length && notes[i].At <= notes[after].At + within; i++)
        {
            if (wanted(notes[i]))
                return notes[i].At;
        }
        return null;
    }

    private static Share Count(Share share, bool happened, bool isOver) => happened || isOver ? new Share(share.Count + (happened ? 1 : 0), share.Of + 1) : share;
}
