using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>One Azure OpenAI resource, reached by its v1 surface. Its credential is either a key or Entra ID.</summary>
public sealed class AzureOpenAiOptions
{
    private const string Surface = "openai/v1/";

    /// <summary>
    /// Address of the resource, such as <c>https://RESOURCE.openai.azure.com/</c>; the v1 surface (<c>openai/v1/</c>) is added where it is not there. Null: there is no hosted model.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Key of the resource. Read for every request.</summary>
    public string? Key { get; set; }

    /// <summary>File that holds the key instead; read for every request, so a rotation needs no restart.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// Whether Entra ID signs the requests instead of a key: the environment's service principal, workload identity, managed identity or the Azure command line, the first that
    /// works. The identity needs the role Cognitive Services OpenAI User. Default false.
    /// </summary>
    public bool UseEntraId { get; set; }

    /// <summary>Client id of a user-assigned managed identity; null for the machine's own.</summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>
    /// How long we wait. Default one minute for a request and three for a call: an answer about eight records takes a large model half a minute.
    /// </summary>
    public TimeoutOptions Timeouts { get; set; } = new() { Read = TimeSpan.FromMinutes(1), Write = TimeSpan.FromMinutes(1), Call = TimeSpan.FromMinutes(3) };

    /// <summary>Where requests go: the v1 surface, with a slash at its end.</summary>
    internal Uri BaseAddress
    {
        get
        {
            var address = SafeAddress.AsBase(Endpoint ?? throw new InvalidOperationException("There is no endpoint."));
            return address.AbsolutePath.EndsWith("/" + Surface, StringComparison.OrdinalIgnoreCase) ? address : new Uri(address, Surface);
        }
    }

    /// <summary>Everything that is wrong, each as one sentence that names the place and the way out; empty when all is well.</summary>
    /// <param name="place">Where the settings stand, such as <c>CrmSync:Classification:Hosted</c>.</param>
    public IReadOnlyList<string> Validate(string place)
    {
        List<string> faults = [];
        if (SafeAddress.Fault(Endpoint) is { } fault)
            faults.Add($"{place}:{nameof(Endpoint)} {fault}.");
        else if (!string.IsNullOrEmpty(Endpoint!.Query) || !string.IsNullOrEmpty(Endpoint.Fragment))
            faults.Add($"{place}:{nameof(Endpoint)} must not carry a query; give the address up to the host, such as https://RESOURCE.openai.azure.com/.");
        var hasKey = !string.IsNullOrWhiteSpace(Key) || !string.IsNullOrWhiteSpace(KeyFile);
        if (UseEntraId && hasKey)
            faults.Add($"{place} has both a {nameof(Key)} and {nameof(UseEntraId)}; keep the one that is meant.");
        if (!UseEntraId && !hasKey)
            faults.Add($"{place} has no {nameof(Key)} and no {nameof(KeyFile)}; put a key of the resource into one of them, or set {nameof(UseEntraId)}.");
        if (ManagedIdentityClientId is not null && !UseEntraId)
            faults.Add($"{place}:{nameof(ManagedIdentityClientId)} is given, but {nameof(UseEntraId)} is not set.");
        faults.AddRange(Timeouts.Faults(place));
        return faults;
    }
}
