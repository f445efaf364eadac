using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>When a question without an answer is put again. Outages and limits are waited for as long as they last; a refusal is believed after some tries. Thread-safe.</summary>
public sealed class AskBackOff(FailurePolicy policy, RunnerOptions options, TimeProvider clock)
{
    /// <summary>Tries after which a refusal, a filter's stop or a malformed answer is taken for good.</summary>
    public const int RefusalTries = 3;

    private static readonly TimeSpan AfterRefusal = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterWait = TimeSpan.FromMinutes(1);

    /// <summary>The next time; null where there is none.</summary>
    /// <param name="failure">Why there was no answer.</param>
    /// <param name="attempt">Counted tries before this one.</param>
    public (DateTimeOffset At, bool CountsTry)? Next(Failure failure, int attempt)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var now = clock.GetUtcNow();
        return failure.Category switch
        {
            // The budget is fresh at midnight UTC; everything else says itself when to come back.
            FailureCategory.Wait when failure.Code == "hosted.over_budget" => (now.UtcDateTime.Date.AddDays(1), false),
            FailureCategory.Wait => (Later(failure.NotBefore, now), false),
            FailureCategory.Stop => (now + options.StoppedDelay, false),
            FailureCategory.Retry when IsAboutTheRecord(failure) => attempt + 1 < RefusalTries ? (now + policy.Delay(attempt + 1), true) : null,
            FailureCategory.Retry or FailureCategory.Unknown => (now + policy.Delay(attempt + 1), true),
            FailureCategory.Reject or FailureCategory.Gone => attempt + 1 < RefusalTries ? (now + AfterRefusal, true) : null,
        };
    }

    // The endpoint is well and answers, only not in a form that could be believed.
    private static bool IsAboutTheRecord(Failure failure) => failure.Code is "hosted.malformed" or "hosted.cut_off";

    private static DateTimeOffset Later(DateTimeOffset? notBefore, DateTimeOffset now) =>
        notBefore is { } time && time > now ? time : now + AfterWait;
}
