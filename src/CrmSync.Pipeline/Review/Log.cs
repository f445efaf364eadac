using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Review;

/// <summary>Log messages of review and learning: ids and counts only. Event ids 1200-1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Information, "Decisions are made with {Version} from now on")]
    public static partial void ModelInUse(this ILogger logger, string version);

    [LoggerMessage(1201, LogLevel.Error, "Model {ModelId} is the active one, but cannot be read ({Reason}); the one in use stays")]
    public static partial void ModelUnreadable(this ILogger logger, long modelId, string reason);

    [LoggerMessage(1202, LogLevel.Warning, "Looking after review failed; it is repeated")]
    public static partial void LookFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1203, LogLevel.Information, "{Count} edits that people made in the CRM became corrections")]
    public static partial void EditsLearned(this ILogger logger, int count);
}
