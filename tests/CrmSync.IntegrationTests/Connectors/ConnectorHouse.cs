using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator;

namespace CrmSync.IntegrationTests.Connectors;

/// <summary>A simulated CRM, a connector that is pointed at it, and the troubles that a contract test makes; one per CRM.</summary>
internal interface IConnectorHouse : IAsyncDisposable
{
    ISimulatedCrm Crm { get; }

    ICrmConnector Connector { get; }

    /// <summary>The CRM's type of a call and of a meeting.</summary>
    string CallType { get; }

    string MeetingType { get; }

    /// <summary>The label property by the CRM's name.</summary>
    LabelProperty Label { get; }

    ICrmConnector WithWrongCredentials();

    ICrmConnector Unreachable();

    /// <summary>An id of a call that is not there (any more).</summary>
    string VanishedCall();

    /// <summary>Makes the CRM refuse the next calls for its rate limit.</summary>
    void RefuseForRateLimit();

    /// <summary>The next write is applied, then the connection breaks.</summary>
    void DropAfterWrite();

    /// <summary>A write of one value to a call that the CRM refuses for this record alone.</summary>
    RecordWrite RefusedWrite(string callId);

    /// <summary>How many write requests the CRM answered or dropped.</summary>
    int WriteRequests();
}
