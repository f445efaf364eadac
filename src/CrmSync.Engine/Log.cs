using Microsoft.Extensions.Logging;

namespace CrmSync.Engine;

internal static partial class Log
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Job engine {Name} started")]
    public static partial void Started(ILogger logger, string name);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Job engine {Name} stopped")]
    public static partial void Stopped(ILogger logger, string name);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Warning, Message = "Stop is out of patience: {Count} running jobs are told to end")]
    public static partial void StopInterrupts(ILogger logger, int count);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Warning, Message = "{Count} jobs did not end in time; the ledger's leases will free their batches")]
    public static partial void StopAbandons(ILogger logger, int count);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Error, Message = "Batch {BatchId} threw; the ledger decides on another try")]
    public static partial void BatchThrew(ILogger logger, Exception exception, long batchId);

    [LoggerMessage(EventId = 4006, Level = LogLevel.Error, Message = "Schedule {Key} threw; its next time stands")]
    public static partial void ScheduleThrew(ILogger logger, Exception exception, string key);

    [LoggerMessage(EventId = 4007, Level = LogLevel.Information, Message = "Batch {BatchId} ended on cancellation")]
    public static partial void BatchCancelled(ILogger logger, long batchId);

    [LoggerMessage(EventId = 4008, Level = LogLevel.Warning, Message = "Schedule {Key} has no further time: {Recurrence}")]
    public static partial void ScheduleEnds(ILogger logger, string key, string recurrence);

    [LoggerMessage(EventId = 4009, Level = LogLevel.Error, Message = "Schedule {Key} could not be armed for its next time; the next start of the service arms it")]
    public static partial void ArmingFailed(ILogger logger, Exception exception, string key);

    [LoggerMessage(EventId = 4010, Level = LogLevel.Debug, Message = "A job came due while the engine stops; the ledger's sweep will hand it out again")]
    public static partial void RefusedWhileStopping(ILogger logger);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Error, Message = "A stored job of this engine cannot be read and is dropped; the ledger's sweep will hand its batch out again")]
    public static partial void Unreadable(ILogger logger);
}
