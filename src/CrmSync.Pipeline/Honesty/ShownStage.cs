namespace CrmSync.Pipeline.Honesty;

/// <summary>A deal showed a stage from some moment on.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="At">When the activity that showed it took place.</param>
/// <param name="Reopened">Whether the deal had been over before.</param>
public sealed record ShownStep(SalesStage Stage, DateTimeOffset At, bool Reopened)
{
    private readonly List<StageSign> _support = [];

    /// <summary>The activities that show it, oldest first.</summary>
    public IReadOnlyList<StageSign> Support => _support;

    /// <summary>How sure the surest of them is, 0 to 1.</summary>
    public double Confidence => _support.Count == 0 ? 0 : _support.Max(sign => sign.Confidence);

    internal ShownStep With(IEnumerable<StageSign> signs)
    {
        _support.AddRange(signs);
        return this;
    }
}

/// <summary>
/// Reads from a deal's activities which stage it is in. Not merely the last label:
/// a follow-up moves nothing, because it only says that contact goes on; one activity is enough to come further, since what was shown or argued has happened; to fall
/// back takes two in a row on different days, because a discovery call with one more person does not undo a negotiation; that a deal is over has to be said surely,
/// or twice; a lost deal that is talked about again is open again, a won one only after two such talks (what follows a sale looks like a demo). Pure.
/// </summary>
public static class ShownStage
{
    /// <summary>How sure one activity has to be for its word that a deal is over to count alone.</summary>
    public const double SureClosing = 0.75;

    /// <summary>The stages that the activities show, one after the other; empty where they show none.</summary>
    /// <param name="signs">In any order.</param>
    public static IReadOnlyList<ShownStep> Trace(IEnumerable<StageSign> signs)
    {
        ArgumentNullException.ThrowIfNull(signs);
        var walk = new Walk();
        foreach (var sign in signs.Where(sign => sign.Stage is not null).OrderBy(sign => sign.At).ThenBy(sign => sign.ActivityId))
            walk.Take(sign, sign.Stage!.Value);
        return walk.Steps;
    }

    private sealed class Walk
    {
        private readonly List<StageSign> _others = [];
        private StageSign? _ending;

        public List<ShownStep> Steps { get; } = [];

        private ShownStep? Current => Steps.Count == 0 ? null : Steps[^1];

        public void Take(StageSign sign, SalesStage stage)
        {
            if (stage is SalesStage.FollowUp)
            {
                if (Current is null)
                    Move(stage, [sign]);
                else if (Current.Stage is SalesStage.FollowUp)
                    Current.With([sign]);
            }
            else if (stage == Current?.Stage)
            {
                Current.With([sign]);
                _others.Clear();
            }
            else if (stage.IsClosed())
                End(sign, stage);
            else if (Current?.Stage.IsClosed() is true)
                Reopen(sign);
            else if (Current?.Stage.Depth() is { } depth && stage.Depth() < depth)
                FallBack(sign);
            else
                Move(stage, [sign]);
        }

        private void End(StageSign sign, SalesStage stage)
        {
            if (sign.Confidence >= SureClosing)
                Move(stage, [sign]);
            else if (_ending?.Stage == stage)
                Move(stage, [_ending!, sign], sign.At);
            else
                _ending = sign;
        }

        private void Reopen(StageSign sign)
        {
            // One-way outreach opens nothing, and what stands beside the end on one day belongs to it.
            if (!sign.IsEngaged || sign.At.UtcDateTime.Date <= Current!.Support[^1].At.UtcDateTime.Date)
                return;
            _others.Add(sign);
            var needed = Current.Stage is SalesStage.ClosedWon ? 2 : 1;
            if (DaysOf(_others) >= needed)
                Move(Deepest(_others), [.. _others], sign.At, reopened: true);
        }

        private void FallBack(StageSign sign)
        {
            _others.Add(sign);
            if (DaysOf(_others) >= 2)
                Move(Deepest(_others), [.. _others], sign.At);
        }

        private void Move(SalesStage stage, IReadOnlyList<StageSign> signs, DateTimeOffset? at = null, bool reopened = false)
        {
            Steps.Add(new ShownStep(stage, at ?? signs[0].At, reopened).With(signs.Where(sign => sign.Stage == stage)));
            _others.Clear();
            _ending = null;
        }

        private static int DaysOf(List<StageSign> signs) => signs.Select(sign => sign.At.UtcDateTime.Date).Distinct().Count();

        private static SalesStage Deepest(List<StageSign> signs) => signs.MaxBy(sign => sign.Stage!.Value.Depth())!.Stage!.Value;
    }
}
