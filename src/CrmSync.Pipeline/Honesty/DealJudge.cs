using System.Globalization;

namespace CrmSync.Pipeline.Honesty;

/// <summary>Compares what a rep reports about a deal with what its activities show. Pure.</summary>
public static class DealJudge
{
    /// <summary>Version of these rules; a ledger that was judged by others is judged anew.</summary>
    public const int Version = 1;

    private const int EvidenceKept = 5;

    // Whoever closes a deal still sends papers, and a call of the same evening was planned before.
    private static readonly TimeSpan AfterClosing = TimeSpan.FromDays(2);

    /// <summary>Judges a deal.</summary>
    /// <param name="deal">All that is known about it.</param>
    /// <param name="book">What its CRM's stages mean.</param>
    /// <param name="now">Activities after this are plans and show nothing.</param>
    public static DealJudgement Judge(DealDossier deal, StageBook book, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(deal);
        ArgumentNullException.ThrowIfNull(book);
        IReadOnlyList<StageSign> signs = [.. deal.Signs.Where(sign => sign.At <= now).OrderBy(sign => sign.At).ThenBy(sign => sign.ActivityId)];
        var reports = Reports(deal, book);
        var steps = ShownStage.Trace(signs);
        var (reported, shown) = (reports[^1], steps.Count == 0 ? null : steps[^1]);
        var verdict = Compare(reported, shown?.Stage, LastTalk(signs));
        var judgement = new DealJudgement
        {
            DealId = deal.DealId,
            Verdict = verdict,
            Reported = reported.Stage,
            ReportedSince = reported.At,
            Shown = shown?.Stage,
            ShownSince = shown?.At,
            ShownConfidence = shown?.Confidence,
            IsReopened = shown?.Reopened ?? false,
            ClaimsUnshown = ClaimsUnshown(reported.Stage, shown?.Stage, signs),
            Activities = signs.Count,
            Anchored = signs.Count(IsAnchored),
            LastActivityAt = signs.Count == 0 ? null : signs[^1].At,
            LastEngagedAt = signs.LastOrDefault(sign => sign.IsEngaged)?.At,
            Evidence = Evidence(shown, signs, reported, verdict),
            Place = PlaceOf(deal),
        };
        return judgement.Disagrees ? judgement with { DisagreesSince = Since(reports, steps, signs) } : judgement;
    }

    /// <summary>Whom a deal counts for.</summary>
    public static DealPlace PlaceOf(DealDossier deal)
    {
        ArgumentNullException.ThrowIfNull(deal);
        var owner = deal.Owner;
        // One person may be two owners, in one CRM after a merge or in two CRMs: the mail address joins them. A name does not, people share names.
        var rep = owner?.Email is { Length: > 0 } email ? email.Trim().ToLowerInvariant()
            : deal.OwnerId is { Length: > 0 } id ? string.Create(CultureInfo.InvariantCulture, $"{deal.ConnectionId}:{id}") : "";
        var region = deal.CompanyRegion ?? owner?.Region ?? "";
        // "Germany, Hesse" counts with "Germany".
        var comma = region.IndexOf(',', StringComparison.Ordinal);
        return new DealPlace(
            rep, owner?.Name is { Length: > 0 } name ? name : deal.OwnerId ?? "", owner?.Team ?? "", (comma < 0 ? region : region[..comma]).Trim(),
            deal.CloseDate?.ToString("yyyy-MM", CultureInfo.InvariantCulture) ?? "");
    }

    private static DealVerdict Compare(Report reported, SalesStage? shown, DateTimeOffset? lastTalk)
    {
        if (reported.Stage is not { } claim)
            return DealVerdict.Unmapped;
        if (shown is not { } fact)
            return DealVerdict.NoEvidence;
        if (claim.IsClosed())
        {
            if (claim == fact)
                return DealVerdict.Agrees;
            if (fact.IsClosed())
                return DealVerdict.Contradicts;
            if (lastTalk > reported.At + AfterClosing)
                return DealVerdict.ClosedActive;
            // A deal may be lost in silence; a sale leaves a trace.
            return claim is SalesStage.ClosedWon ? DealVerdict.WonUnproven : DealVerdict.Agrees;
        }

        if (fact.IsClosed())
            return fact is SalesStage.ClosedWon ? DealVerdict.WonOpen : DealVerdict.LostOpen;
        // A deal that only shows follow-ups shows contact, and that is as far as a deal in Discovery is; one that is reported as Follow-Up claims nothing about how far.
        if (claim.Depth() is not { } claimed)
            return DealVerdict.Agrees;
        var proven = fact.Depth() ?? 0;
        return claimed > proven ? DealVerdict.Ahead : claimed < proven ? DealVerdict.Behind : DealVerdict.Agrees;
    }

    private static bool ClaimsUnshown(SalesStage? reported, SalesStage? shown, IReadOnlyList<StageSign> signs) =>
        reported is SalesStage.Negotiation or SalesStage.ClosedWon && shown is not SalesStage.ClosedWon
        && !signs.Any(sign => sign.Stage is SalesStage.Negotiation or SalesStage.ClosedWon);

    private static bool IsAnchored(StageSign sign) => sign.Stage is not (null or SalesStage.FollowUp);

    private static bool IsTalk(StageSign sign) => sign.IsEngaged && sign.Stage?.Depth() is not null;

    private static DateTimeOffset? LastTalk(IEnumerable<StageSign> signs) => signs.LastOrDefault(IsTalk)?.At;

    // Neighbours with one meaning are one report: two stages of the CRM may mean the same to us.
    private static List<Report> Reports(DealDossier deal, StageBook book)
    {
        List<Report> reports = [];
        foreach (var change in deal.History.OrderBy(change => change.At))
            Add(book.Find(deal.PipelineId, change.StageId).Stage, change.At);
        var last = deal.History.Count == 0 ? null : deal.History.MaxBy(change => change.At).StageId;
        // A history that lacks its last step, or any: the record's own times are the next best.
        if (last != deal.StageId || reports.Count == 0)
            Add(book.Find(deal.PipelineId, deal.StageId).Stage, reports.Count == 0 ? deal.CreatedAt : deal.ModifiedAt);
        return reports;

        void Add(SalesStage? stage, DateTimeOffset at)
        {
            if (reports.Count == 0 || reports[^1].Stage != stage)
                reports.Add(new Report(stage, at));
        }
    }

    // Walks through all moments at which either side said something new, and remembers where the disagreement that still stands began.
    private static DateTimeOffset? Since(List<Report> reports, IReadOnlyList<ShownStep> steps, IReadOnlyList<StageSign> signs)
    {
        DateTimeOffset? since = null;
        foreach (var at in reports.Select(report => report.At).Concat(steps.Select(step => step.At)).Concat(signs.Where(IsTalk).Select(sign => sign.At)).Distinct().Order())
        {
            var report = reports.LastOrDefault(item => item.At <= at);
            if (report is null)
                continue;
            var verdict = Compare(report, steps.LastOrDefault(step => step.At <= at)?.Stage, LastTalk(signs.Where(sign => sign.At <= at)));
            if (verdict is DealVerdict.Agrees or DealVerdict.NoEvidence or DealVerdict.Unmapped)
                since = null;
            else
                since ??= at;
        }

        return since;
    }

    // The newest that show the stage; where the trouble is talk after the end, that talk first.
    private static List<StageSign> Evidence(ShownStep? shown, IReadOnlyList<StageSign> signs, Report reported, DealVerdict verdict)
    {
        IEnumerable<StageSign> talk = verdict is DealVerdict.ClosedActive ? signs.Where(sign => IsTalk(sign) && sign.At > reported.At).Reverse() : [];
        return [.. talk.Concat(shown?.Support.Reverse() ?? []).DistinctBy(sign => sign.ActivityId).Take(EvidenceKept)];
    }

    private sealed record Report(SalesStage? Stage, DateTimeOffset At);
}
