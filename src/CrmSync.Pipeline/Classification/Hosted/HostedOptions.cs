namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>What happens to an activity that the hosted model was to decide and could not.</summary>
public enum WithoutAnswer
{
    /// <summary>It stays pending and is asked about again later.</summary>
    Wait,

    /// <summary>The local answer is taken.</summary>
    DecideLocally,
}

/// <summary>How the hosted model is asked. Immutable.</summary>
public sealed record HostedOptions
{
    /// <summary>Most records that one call may hold; beyond it answers get worse by position (BatchPrompt, arXiv 2309.00384).</summary>
    public const int MostRecordsPerCall = 8;

    /// <summary>Records of one call, 1 to 8. Default 5. The definitions are sent once per call, so more records cost less each.</summary>
    public int RecordsPerCall { get; init; } = 5;

    /// <summary>Calls under way at the same time for one batch, 1 to 32. Default 4.</summary>
    public int ConcurrentCalls { get; init; } = 4;

    /// <summary>
    /// Longest answer per record, in tokens, 60 to 4,000. Default 160; the whole call gets as many times that as it holds records. A reasoning
    /// model needs more, because its thoughts count.
    /// </summary>
    public int MaxOutputTokensPerRecord { get; init; } = 160;

    /// <summary>Longest text of one record, in characters, 200 to 20,000. Default 4,000: the newest text first, quoted turns after it.</summary>
    public int MaxCharactersPerRecord { get; init; } = 4_000;

    /// <summary>The deployment that is asked where <see cref="Deployments"/> names no other. Default <c>crmsync-mini</c>.</summary>
    public string Deployment { get; init; } = "crmsync-mini";

    /// <summary>Deployment by taxonomy id, such as a fine-tuned one for stages.</summary>
    public IReadOnlyDictionary<string, string> Deployments { get; init; } = new Dictionary<string, string>();

    /// <summary>What tokens cost.</summary>
    public HostedPrice Price { get; init; } = new();

    /// <summary>Most that a day (UTC) may cost, in USD; above 0. Default 5. What is over it stays pending until the next day.</summary>
    public decimal DailyBudgetUsd { get; init; } = 5;

    /// <summary>Whether personal data and known names are replaced by placeholders before anything leaves the process. Default true.</summary>
    public bool RemovePersonalData { get; init; } = true;

    /// <summary>What happens when there is no sound answer. Default <see cref="WithoutAnswer.Wait"/>.</summary>
    public WithoutAnswer WhenUnavailable { get; init; } = WithoutAnswer.Wait;

    /// <summary>
    /// An answer that the model itself calls less sure than this is unsure, 0 to 1. Default 0.5: below it the model says that it guesses.
    /// </summary>
    public double MinimalConfidence { get; init; } = 0.5;

    /// <summary>
    /// The most confidence that an answer gets, 0 to 1. Default 0.9. A model's own word is no probability: models put nearly everything between 0.8 and 1
    /// whatever their accuracy (Xiong et al., arXiv 2306.13063), so a stated 0.99 must not outrank a calibrated one. Give here the share of
    /// right answers that <c>evaluate</c> measured for the deployment.
    /// </summary>
    public double MostConfidence { get; init; } = 0.9;

    /// <summary>The deployment for a taxonomy.</summary>
    public string DeploymentFor(string taxonomy) => Deployments.GetValueOrDefault(taxonomy, Deployment);

    /// <summary>One sentence per fault; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        Within(nameof(RecordsPerCall), RecordsPerCall, 1, MostRecordsPerCall);
        Within(nameof(ConcurrentCalls), ConcurrentCalls, 1, 32);
        Within(nameof(MaxOutputTokensPerRecord), MaxOutputTokensPerRecord, 60, 4_000);
        Within(nameof(MaxCharactersPerRecord), MaxCharactersPerRecord, 200, 20_000);
        Share(nameof(MinimalConfidence), MinimalConfidence);
        Share(nameof(MostConfidence), MostConfidence);
        if (MinimalConfidence > MostConfidence)
            faults.Add($"{nameof(MinimalConfidence)} is {MinimalConfidence} and {nameof(MostConfidence)} is {MostConfidence}, so no answer would ever count; lower the first.");
        if (string.IsNullOrWhiteSpace(Deployment))
            faults.Add($"{nameof(Deployment)} is empty; give the name of the deployment on the Azure OpenAI resource.");
        foreach (var (taxonomy, _) in Deployments.Where(pair => string.IsNullOrWhiteSpace(pair.Value)))
            faults.Add($"{nameof(Deployments)}:{taxonomy} is empty; give the name of a deployment, or leave the entry out.");
        if (DailyBudgetUsd <= 0)
            faults.Add($"{nameof(DailyBudgetUsd)} is {DailyBudgetUsd}; give an amount in USD above 0.");
        if (!Enum.IsDefined(WhenUnavailable))
            faults.Add($"{nameof(WhenUnavailable)} is {WhenUnavailable}; give {WithoutAnswer.Wait} or {WithoutAnswer.DecideLocally}.");
        return [.. faults, .. Price.Validate()];

        void Within(string name, int value, int low, int high)
        {
            if (value < low || value > high)
                faults.Add($"{name} is {value}; give a number from {low} to {high}.");
        }

        void Share(string name, double value)
        {
            if (!(value >= 0 && value <= 1))
                faults.Add($"{name} is {value}; give a number from 0 to 1.");
        }
    }
}
