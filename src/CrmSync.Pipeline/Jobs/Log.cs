using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Jobs;

/// <summary>Log messages of the job runtime: ids, counts and codes only. Event ids 1000-1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Error, "Batch {BatchId} ({Kind}) stopped at an unforeseen exception")]
    public static partial void HandlerFailed(this ILogger logger, Exception fault, long batchId, BatchKind kind);

    [LoggerMessage(1001, LogLevel.Warning, "Batch {BatchId} lost its lease (epoch {Epoch}); the step was dropped")]
    public static partial void LeaseLost(this ILogger logger, long batchId, int epoch);

    [LoggerMessage(1002, LogLevel.Error, "The sweep failed; it is repeated")]
    public static partial void SweepFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1003, LogLevel.Error, "Schedule {Key} failed; its next time comes")]
    public static partial void ScheduleFailed(this ILogger logger, Exception fault, string key);

    [LoggerMessage(1004, LogLevel.Debug, "Schedule {Key} started run {RunId} with {Batches} scans")]
    public static partial void RunStarted(this ILogger logger, string key, long runId, int batches);

    [LoggerMessage(1006, LogLevel.Warning, "Could not learn where labels of {Connection} live ({Code}); what was known stays")]
    public static partial void PlacesUnknown(this ILogger logger, string connection, string code);

    [LoggerMessage(1007, LogLevel.Information, "Labels of {Connection} {ObjectType} now live: {Place}")]
    public static partial void PlaceChanged(this ILogger logger, string connection, string objectType, WriteBack.LabelPlaceKind place);

    [LoggerMessage(1008, LogLevel.Warning, "An early poll of connection {ConnectionId} did not start; the schedule has it")]
    public static partial void WakeFailed(this ILogger logger, Exception fault, long connectionId);

    [LoggerMessage(1005, LogLevel.Warning, "Schedule {Key} is not in the ledger any more")]
    public static partial void ScheduleUnknown(this ILogger logger, string key);
}
