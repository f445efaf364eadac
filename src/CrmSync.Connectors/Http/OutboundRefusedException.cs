namespace CrmSync.Connectors.Http;

/// <summary>A request was not sent because its target is not among those that may be called. The message names host and address and is fit for a log.</summary>
public sealed class OutboundRefusedException : IOException
{
    /// <summary>Without a reason; for serializers and tools.</summary>
    public OutboundRefusedException()
    {
    }

    /// <param name="message">What was refused and the way out, as one sentence.</param>
    public OutboundRefusedException(string message) : base(message)
    {
    }

    /// <param name="message">What was refused and the way out, as one sentence.</param>
    /// <param name="innerException">What led to it.</param>
    public OutboundRefusedException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>The refusal inside an exception of the HTTP client; null where the trouble is another one.</summary>
    public static OutboundRefusedException? In(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is OutboundRefusedException refusal)
                return refusal;
        }
        return null;
    }
}
