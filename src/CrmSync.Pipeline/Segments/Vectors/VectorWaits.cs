using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>When work that the embeddings endpoint stopped is tried again. It waits for as long as that lasts: nothing is lost by it, and no try is counted.</summary>
internal static class VectorWaits
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForAPerson = TimeSpan.FromMinutes(5);

    public static DateTimeOffset Until(Failure failure, DateTimeOffset now) => failure.Category switch
    {
        FailureCategory.Wait => failure.NotBefore is { } time && time > now ? time : now + Soon,
        FailureCategory.Retry or FailureCategory.Unknown => now + Soon,
        FailureCategory.Stop or FailureCategory.Reject or FailureCategory.Gone => now + ForAPerson,
    };
}
