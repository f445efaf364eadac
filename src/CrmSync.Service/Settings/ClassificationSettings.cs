using CrmSync.Connectors.AzureOpenAI;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Segments.Vectors;

namespace CrmSync.Service.Settings;

/// <summary>Taxonomies, the order of the steps, thresholds, and the hosted model.</summary>
internal sealed class ClassificationSettings
{
    /// <summary>Folder of taxonomy files; empty for the shipped ones.</summary>
    public string TaxonomyFolder { get; set; } = "";

    /// <summary>The local steps by name, in the order in which they are asked; empty for the shipped order. A step that is left out is not asked.</summary>
    public List<string> Steps { get; set; } = [];

    /// <summary>From which confidence on an answer counts, by taxonomy or taxonomy/label, 0 to 1; what is not named keeps what validation gave the step.</summary>
    public Dictionary<string, double> Thresholds { get; set; } = [];

    public HostedSettings Hosted { get; set; } = new();

    /// <summary>Thresholds that win over those that validation gave the steps.</summary>
    public CascadeOptions ToThresholds() => new() { Thresholds = Thresholds };

    public IEnumerable<string> Faults()
    {
        foreach (var (key, value) in Thresholds.Where(pair => !(pair.Value >= 0 && pair.Value <= 1)))
            yield return $"Thresholds:{key} is {value}; give a number from 0 to 1.";
        foreach (var step in Steps.GroupBy(step => step).Where(group => group.Count() > 1))
            yield return $"Steps names {step.Key} twice; name each step once.";
        foreach (var fault in Hosted.Faults())
            yield return $"Hosted:{fault}";
    }
}

/// <summary>The hosted model on Azure OpenAI; without an endpoint there is none, and nothing leaves the machine.</summary>
internal sealed class HostedSettings
{
    /// <summary>Address of the resource, such as https://yourcompany.openai.azure.com; empty: no hosted model.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Key of the resource. Keep it in an environment variable or user secret.</summary>
    public string Key { get; set; } = "";

    /// <summary>File with the key; wins over none.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Whether the process signs in with Entra ID (managed identity, workload identity, Azure CLI) instead of a key.</summary>
    public bool UseEntraId { get; set; }

    /// <summary>The deployment that is asked.</summary>
    public string Deployment { get; set; } = "";

    /// <summary>Deployment by taxonomy, where it is another one.</summary>
    public Dictionary<string, string> Deployments { get; set; } = [];

    /// <summary>Deployment of an embeddings model on the same resource, which helps to find segments; empty: words alone are used.</summary>
    public string EmbeddingDeployment { get; set; } = "";

    /// <summary>Length of the vectors, for embeddings models that can shorten them; 0 for the model's own.</summary>
    public int EmbeddingDimensions { get; set; }

    /// <summary>The largest share of a connection's activities of 24 hours that is asked about, least sure first.</summary>
    public double Share { get; set; } = 0.15;

    /// <summary>How long an activity that the share keeps back waits for a place; then its local answer stands.</summary>
    public TimeSpan SharePatience { get; set; } = TimeSpan.FromHours(1);

    /// <summary>By taxonomy or taxonomy/label: local answers less sure than this are asked about although they would count.</summary>
    public Dictionary<string, double> AskBelow { get; set; } = [];

    /// <summary>Most that a UTC day may cost, in USD, over all nodes.</summary>
    public decimal DailyBudgetUsd { get; set; } = 5;

    public PriceSettings Price { get; set; } = new();

    /// <summary>Records of one call.</summary>
    public int RecordsPerCall { get; set; } = 5;

    /// <summary>Longest answer per record, in tokens.</summary>
    public int MaxOutputTokensPerRecord { get; set; } = 160;

    /// <summary>Whether personal data is replaced by placeholders before anything leaves the process.</summary>
    public bool RemovePersonalData { get; set; } = true;

    /// <summary>Wait: activities without an answer stay pending. DecideLocally: the local answer stands.</summary>
    public WithoutAnswer WhenUnavailable { get; set; } = WithoutAnswer.Wait;

    /// <summary>An answer that the model calls less sure than this is unsure.</summary>
    public double MinimalConfidence { get; set; } = 0.5;

    /// <summary>The confidence that the surest answer gets: the share of right answers that evaluate measured for the deployment.</summary>
    public double MostConfidence { get; set; } = 0.9;

    /// <summary>Whether questions of backfills go to the endpoint's batch interface, at half the price and within a day.</summary>
    public bool BatchBackfills { get; set; } = true;

    /// <summary>Whether there is an endpoint at all.</summary>
    public bool IsConfigured => Endpoint.Length > 0;

    /// <summary>Whether a model is asked; an endpoint may serve for vectors only.</summary>
    public bool AsksModel => IsConfigured && (Deployment.Length > 0 || Deployments.Count > 0 || EmbeddingDeployment.Length == 0);

    /// <summary>Whether notes get vectors.</summary>
    public bool HasVectors => IsConfigured && EmbeddingDeployment.Length > 0;

    /// <summary>Length of the vectors; null for the model's own.</summary>
    public int? EmbeddingLength => EmbeddingDimensions > 0 ? EmbeddingDimensions : null;

    public VectorOptions ToVectors() => new() { PriceUsd = Price.EmbeddingUsd, WhenUnavailable = WhenUnavailable };

    public HostedOptions ToOptions() => new()
    {
        RecordsPerCall = RecordsPerCall, MaxOutputTokensPerRecord = MaxOutputTokensPerRecord, Deployment = Deployment, Deployments = Deployments,
        Price = Price.ToPrice(), DailyBudgetUsd = DailyBudgetUsd, RemovePersonalData = RemovePersonalData, WhenUnavailable = WhenUnavailable,
        MinimalConfidence = MinimalConfidence, MostConfidence = MostConfidence,
    };

    public AzureOpenAiOptions ToEndpoint() => new()
    {
        Endpoint = Uri.TryCreate(Endpoint, UriKind.Absolute, out var address) ? address : null, Key = Key.Length > 0 ? Key : null,
        KeyFile = KeyFile.Length > 0 ? KeyFile : null, UseEntraId = UseEntraId,
    };

    public AskOptions ToAsking() => new() { Share = Share, SharePatience = SharePatience, AskBelow = AskBelow, BatchBackfills = BatchBackfills };

    /// <summary>What is wrong with address and credential, each a sentence with its place.</summary>
    public IEnumerable<string> EndpointFaults(string place) => IsConfigured ? ToEndpoint().Validate(place) : [];

    public IEnumerable<string> Faults()
    {
        if (!IsConfigured)
        {
            if (Key.Length > 0 || KeyFile.Length > 0 || UseEntraId)
                yield return "Endpoint is empty, but a key or Entra ID is given; give the address of the Azure OpenAI resource, or take them out.";
            if (EmbeddingDeployment.Length > 0)
                yield return "Endpoint is empty, but EmbeddingDeployment is given; give the address of the Azure OpenAI resource, or take it out.";
            yield break;
        }
        if (SharePatience < TimeSpan.Zero || SharePatience > TimeSpan.FromDays(1))
            yield return $"SharePatience is {SharePatience}; give 00:00:00 to 1.00:00:00.";
        if (EmbeddingDimensions is < 0 or > 16_384)
            yield return $"EmbeddingDimensions is {EmbeddingDimensions}; give 1 to 16384, or 0 for the model's own.";
        if (Price.EmbeddingUsd < 0)
            yield return $"Price:EmbeddingUsd is {Price.EmbeddingUsd}; give USD per million tokens, 0 or more.";
        // Where no model is asked, budget and limits hold all the same, and only the name of its deployment is not missed.
        foreach (var fault in (AsksModel ? ToOptions() : ToOptions() with { Deployment = EmbeddingDeployment }).Validate().Concat(ToAsking().Validate()))
            yield return fault;
    }
}

/// <summary>What tokens cost, in USD per million. Prices differ by region and contract.</summary>
internal sealed class PriceSettings
{
    public decimal PromptUsd { get; set; } = 0.40m;

    public decimal CachedUsd { get; set; } = 0.10m;

    public decimal CompletionUsd { get; set; } = 1.60m;

    /// <summary>Of the embeddings deployment.</summary>
    public decimal EmbeddingUsd { get; set; } = 0.02m;

    /// <summary>What the batch interface costs, as a share of the direct price.</summary>
    public decimal BatchShare { get; set; } = 0.5m;

    public HostedPrice ToPrice() => new() { PromptUsd = PromptUsd, CachedUsd = CachedUsd, CompletionUsd = CompletionUsd, BatchShare = BatchShare };
}
