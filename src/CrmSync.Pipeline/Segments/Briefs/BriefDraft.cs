using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Packs.Drafting;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>One brief in the making: which lines count, what they cost, and what of the account they touch. Pure.</summary>
internal sealed class BriefDraft
{
    private const int LongestLeftOut = 80;

    // In each turn what to ask and to say comes before what to know.
    private static readonly BriefPart[] Turns = [BriefPart.Question, BriefPart.TalkingPoint, BriefPart.Risk, BriefPart.Background];

    private readonly string? _key;
    private readonly SegmentMatch _match;
    private readonly BriefOptions _options;
    private readonly DateTimeOffset _now;
    private readonly List<string> _heard;
    private readonly List<PackLine> _usable;

    public BriefDraft(BriefAccount account, string? key, SegmentMatch match, Pack pack, BriefOptions options, DateTimeOffset now)
    {
        (Account, Pack, _key, _match, _options, _now) = (account, pack, key, match, options, now);
        Sentences = Packs.Drafting.Sentences.Of([account.Facts]);
        _heard = [.. Sentences.Select(VocabularyLines.Padded)];
        _usable = [.. pack.Live.Where(IsUsable)];
    }

    public BriefAccount Account { get; }

    public Pack Pack { get; }

    public IReadOnlyList<Sentence> Sentences { get; }

    public IReadOnlyList<PackLine> Usable => _usable;

    public int ModelTokens => (int)(_options.TokenBudget * _options.ModelShare);

    /// <summary>The brief.</summary>
    /// <param name="worded">Points of the model, in order of preference.</param>
    /// <param name="notices">What else to say about the brief.</param>
    public Result<Brief> Make(IReadOnlyList<BriefPoint> worded, IReadOnlyList<string> notices)
    {
        var brief = new Brief
        {
            Account = _key, Title = Account.Name, Segment = _match, PackVersion = Pack.Version, At = _now, Facts = Facts(), Points = [], LeftOut = [],
            Waiting = Pack.Live.Count() - _usable.Count, Notices = [], Tokens = 0, Budget = _options.TokenBudget,
        };
        var head = BriefText.HeadTokens(brief);
        if (head > _options.TokenBudget)
        {
            return SpecialistFailures.Of(
                "specialist.budget_too_small", FormattableString.Invariant($"The brief of '{Account.Name}' may have {_options.TokenBudget} tokens and its head alone takes {head}."),
                FormattableString.Invariant($"Give it at least {head + Packed(0, line => 0).Enough} tokens, which hold every critical line."));
        }
        List<BriefPoint> points = [];
        var room = Math.Min(ModelTokens, _options.TokenBudget - head);
        foreach (var point in worded)
        {
            var cost = BriefText.TokensOf(point);
            if (cost > room)
                continue;
            room -= cost;
            head += cost;
            points.Add(point);
        }
        var ranks = Ranks();
        var packed = Packed(_options.TokenBudget - head, line => ranks[line.Id]);
        points.AddRange(packed.Taken.Select(Point));
        return brief with
        {
            Points = [.. points.OrderBy(point => point.Part)],
            LeftOut = [.. packed.LeftOut.Select(line => new BriefLeftOut(line.Id, line.Tier, Short(line), BriefText.TokensOf(Point(line))))],
            Notices = [.. notices, .. Words(packed, head), .. Waiting(brief.Waiting)],
            Tokens = head + packed.Tokens,
        };
    }

    // The packer speaks of its own part of the budget; a reader knows only the whole.
    private IReadOnlyList<string> Words(PackedLines packed, int head) => (packed with { Budget = _options.TokenBudget, Enough = packed.Enough + head }).Notices;

    private PackedLines Packed(int budget, Func<PackLine, int> rank) => TierPacker.Pack(_usable, budget, _options.Shares, line => BriefText.TokensOf(Point(line)), rank);

    private static IEnumerable<string> Waiting(int lines) => lines == 0 ? [] : [FormattableString.Invariant($"{lines} {(lines == 1 ? "line of the pack waits" : "lines of the pack wait")} for a person and {(lines == 1 ? "was" : "were")} not used.")];

    // What nobody vouches for is no knowledge yet, and an account may be named as a reference only when somebody asked it.
    private static bool IsUsable(PackLine line) => line.Needs is null ? !line.NeedsPerson
        : !line.Evidence.IsEmpty && line.Section is not (PackSection.References or PackSection.CaseStudies);

    private BriefPoint Point(PackLine line)
    {
        var text = line.Topic.Length == 0 || line.Text.Contains(line.Topic, StringComparison.OrdinalIgnoreCase) ? line.Text : $"{line.Topic}: {line.Text}";
        if (line.Needs is { } needs)
            text += $" (Nobody has written down {needs} yet.)";
        return new BriefPoint(PartOf(line.Section), text, [line.Id], [], IsHeard(line), line.Author);
    }

    private bool IsHeard(PackLine line)
    {
        // Figures, the kind of company and its people are known of an account; nobody there spoke of them.
        if (line.Section is PackSection.Numbers or PackSection.Organisation or PackSection.Committee)
            return false;
        if (_key is { } key && line.Evidence.Accounts.Contains(key, StringComparer.Ordinal))
            return true;
        var topic = string.Join(' ', Packs.Drafting.Sentences.Words(line.Topic));
        return topic.Length > 2 && !SmallWords.Contain(topic) && _heard.Exists(sentence => sentence.Contains($" {topic} ", StringComparison.Ordinal));
    }

    // The sections take turns, so that a long list of words does not crowd out what to say and to ask; within one, what this account has spoken of comes first.
    private Dictionary<string, int> Ranks() => _usable.GroupBy(line => (line.Tier, line.Section))
        .SelectMany(group => group.OrderBy(line => IsHeard(line) ? 0 : 1).Select((line, place) => (line.Id, Rank: place * Turns.Length + Array.IndexOf(Turns, PartOf(line.Section)))))
        .ToDictionary(row => row.Id, row => row.Rank, StringComparer.Ordinal);

    private List<string> Facts()
    {
        var facts = Account.Facts;
        if (_key is null)
            return ["Not in the CRM; matched by the text that was given."];
        List<string> said = [];
        if (facts.Notes.Count == 0)
            said.Add("No activities so far.");
        else
            said.Add(FormattableString.Invariant($"{facts.Notes.Count} activities, the last on {facts.Notes.Max(note => note.At).ToUniversalTime():yyyy-MM-dd}."));
        if (facts.Industry is { Length: > 0 } industry)
            said.Add($"Industry: {industry}.");
        foreach (var deal in facts.Deals.Where(deal => deal.Outcome == DealOutcome.Open).OrderBy(deal => deal.CreatedAt).ThenBy(deal => deal.Id, StringComparer.Ordinal).Take(3))
        {
            var stage = deal.Stages.Count == 0 ? "" : FormattableString.Invariant($" in {deal.Stages[^1].Stage} for {Math.Max(0, (_now - deal.Stages[^1].At).TotalDays):0} days");
            var amount = deal.Amount is { } value ? FormattableString.Invariant($" of {value:N0} {deal.Currency}").TrimEnd() : "";
            said.Add($"Open deal {deal.Id}{amount}{stage}.");
        }
        int won = facts.Deals.Count(deal => deal.Outcome == DealOutcome.Won), lost = facts.Deals.Count(deal => deal.Outcome == DealOutcome.Lost);
        if (won + lost > 0)
            said.Add(FormattableString.Invariant($"Closed so far: {won} won, {lost} lost."));
        var personas = facts.Titles.Values.Select(Personas.Of).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (personas.Count > 0)
            said.Add($"Known people: {string.Join(", ", personas)}.");
        return said;
    }

    internal static BriefPart PartOf(PackSection section) => section switch
    {
        PackSection.Numbers or PackSection.Vocabulary or PackSection.Organisation or PackSection.Committee or PackSection.Technology => BriefPart.Background,
        PackSection.Acceleration or PackSection.WinLoss or PackSection.Values or PackSection.References or PackSection.CaseStudies => BriefPart.TalkingPoint,
        PackSection.Questions => BriefPart.Question,
        PackSection.Deceleration or PackSection.Regulation or PackSection.Competitors or PackSection.Objections => BriefPart.Risk,
    };

    private static string Short(PackLine line) => line.Text.Length <= LongestLeftOut ? line.Text : $"{TextCut.AtMost(line.Text, LongestLeftOut - 1)}…";
}
