using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>Log messages of learning. Event ids 1950-1959.</summary>
internal static partial class Log
{
    [LoggerMessage(1950, LogLevel.Error, "Segment {Segment} could not be learned from")]
    public static partial void SegmentNotLearned(this ILogger logger, Exception fault, string segment);
}
