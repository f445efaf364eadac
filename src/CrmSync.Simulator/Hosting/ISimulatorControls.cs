namespace CrmSync.Simulator.Hosting;

/// <summary>What the administration under <c>/simulator/</c> turns on a simulator. Thread-safe.</summary>
public interface ISimulatorControls
{
    /// <summary>"hubspot", "salesforce" or "azure-openai".</summary>
    string Kind { get; }

    /// <summary>Every fault that this simulator can show.</summary>
    FaultBoard Dials { get; }

    /// <summary>Every call of the API that it answered.</summary>
    CallLog Calls { get; }

    /// <summary>Whether it refuses what is beyond its limits; takes effect with the next call.</summary>
    bool QuotasOn { get; set; }
}
