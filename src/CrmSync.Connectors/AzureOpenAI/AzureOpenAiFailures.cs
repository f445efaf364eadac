using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>The refusals of Azure OpenAI's v1 surface. Sources: Microsoft's pages on errors, quotas and content filtering as of 2026-09.</summary>
internal static class AzureOpenAiFailures
{
    public static readonly FailureKind KeyMissing = new("azure-openai.key_missing", FailureCategory.Stop,
        "No usable key of the Azure OpenAI resource is configured",
        "Put a key into Key or into the file that KeyFile names, or set UseEntraId.");

    public static readonly FailureKind NoIdentity = new("azure-openai.no_identity", FailureCategory.Stop,
        "Entra ID gave no token",
        "Give the host an identity (managed identity, workload identity, AZURE_CLIENT_ID and its secret, or az login), or use a key.");

    public static readonly FailureKind NotAuthenticated = new("azure-openai.unauthorized", FailureCategory.Stop,
        "Azure OpenAI does not accept the key or token",
        "Check that the key belongs to this endpoint and was not regenerated.");

    public static readonly FailureKind NoRole = new("azure-openai.forbidden", FailureCategory.Stop,
        "The identity may not use this Azure OpenAI resource, or its network rules keep this host out",
        "Give it the role Cognitive Services OpenAI User on the resource, and allow this host's network.");

    public static readonly FailureKind NoDeployment = new("azure-openai.no_deployment", FailureCategory.Stop,
        "The deployment does not exist on the Azure OpenAI resource",
        "Put the name of an existing deployment into the settings; a new one takes about five minutes to appear.");

    public static readonly FailureKind WrongAddress = new("azure-openai.wrong_address", FailureCategory.Stop,
        "The endpoint does not know the v1 surface",
        "Put the resource's address into Endpoint, such as https://RESOURCE.openai.azure.com/.");

    public static readonly FailureKind BatchGone = new("azure-openai.batch_gone", FailureCategory.Gone,
        "The endpoint does not know the batch, or one of its files, any more",
        "Nothing to do: its activities are asked about directly.");

    public static readonly FailureKind TooFast = new("azure-openai.rate_limited", FailureCategory.Wait,
        "The deployment's limit of requests or tokens per minute is reached",
        "It goes on by itself; raise the deployment's tokens per minute if this is often so.");

    public static readonly FailureKind QuotaSpent = new("azure-openai.quota_spent", FailureCategory.Stop,
        "The subscription's quota is used up",
        "Look at the subscription's plan and billing.");

    public static readonly FailureKind ServerError = new("azure-openai.server_error", FailureCategory.Retry,
        "Azure OpenAI has trouble of its own",
        "It is tried again by itself; if it goes on, look at Azure's status page.");

    public static readonly FailureKind Unanswered = new("azure-openai.unanswered", FailureCategory.Unknown,
        "The question went out and no complete answer came back; it may have been billed",
        "It is asked again by itself; if it goes on, raise Timeouts:Read or look for a proxy that cuts connections.");

    public static readonly FailureKind TooLong = new("azure-openai.too_long", FailureCategory.Reject,
        "The question is longer than the model can read",
        "Lower RecordsPerCall or MaxCharactersPerRecord, or choose a model with a larger context.");

    public static readonly FailureKind NoStructuredOutput = new("azure-openai.no_structured_output", FailureCategory.Stop,
        "The deployment's model cannot answer by a JSON schema",
        "Deploy a model that supports structured outputs and put its name into the settings.");

    public static readonly FailureKind Refused = new("azure-openai.bad_request", FailureCategory.Reject,
        "Azure OpenAI refused the question as it stands",
        "Its own words stand beside; decide the activity in the review.");

    public static readonly FailureKind Unreadable = new("azure-openai.unreadable_answer", FailureCategory.Retry,
        "The answer is no chat completion",
        "It is tried again by itself; if it goes on, a proxy answers in Azure's place or the address is wrong.");

    public static readonly FailureKind NoVectors = new("azure-openai.unreadable_vectors", FailureCategory.Retry,
        "The answer holds no vectors of the texts",
        "It is tried again by itself; if it goes on, a proxy answers in Azure's place or the deployment is no embeddings model.");

    public static readonly FailureKind BatchFailed = new("azure-openai.batch_failed", FailureCategory.Retry,
        "The endpoint gave a batch up",
        "Its activities are asked about directly; its own words stand beside. Batches need a deployment of the type Global Batch.");

    /// <summary>All rows, for the operator's list of codes.</summary>
    public static IReadOnlyList<FailureKind> All { get; } =
    [
        KeyMissing, NoIdentity, NotAuthenticated, NoRole, NoDeployment, WrongAddress, BatchGone, TooFast, QuotaSpent, ServerError, Unanswered, TooLong, NoStructuredOutput, Refused,
        Unreadable, NoVectors, BatchFailed,
    ];
}
