using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>How one CRM says no, and what its headers say about quotas. Thread-safe.</summary>
internal interface ICrmDialect
{
    /// <summary>Translates an answer that is not 2xx.</summary>
    Failure Refuse(CrmAnswer answer, CrmCall call, CallPlace place);

    /// <summary>Whether the answer says that the token has expired and another one may help.</summary>
    bool IsExpiredSession(CrmAnswer answer);

    /// <summary>Looks at the headers of every answer.</summary>
    void Observe(CrmAnswer answer);
}
