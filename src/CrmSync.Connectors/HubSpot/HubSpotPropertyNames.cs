using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Names of the companions in HubSpot (design §5): lower snake case, shared prefix for what stands once per record.</summary>
public sealed class HubSpotPropertyNames : IPropertyNames
{
    /// <summary>The only instance that is needed.</summary>
    public static HubSpotPropertyNames Instance { get; } = new();

    /// <inheritdoc/>
    public string Reason => "crmsync_reason";

    /// <inheritdoc/>
    public string LabelledAt => "crmsync_labelled_at";

    /// <inheritdoc/>
    public string SourceActivity => "crmsync_activity";

    /// <inheritdoc/>
    public string Version => "crmsync_version";

    /// <summary>HubSpot takes 65,536; a sentence that people read in a side bar needs far less.</summary>
    public int ReasonLength => 1_000;

    /// <inheritdoc/>
    public string Shadow(string label) => $"{label}_auto";

    /// <inheritdoc/>
    public string Confidence(string label) => $"{label}_confidence";

    /// <inheritdoc/>
    public string FormatInstant(DateTimeOffset instant) => HubSpotValues.Iso(instant);
}
