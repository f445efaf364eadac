using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.AzureOpenAI;

/// <summary>How the simulated Azure OpenAI behaves.</summary>
public sealed record ModelSimulatorOptions
{
    /// <summary>The key that is accepted where no other is set.</summary>
    public const string DefaultKey = "sim-model-key";

    /// <summary>Port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>Seed of mistakes, confidences and ids: the same prompts in the same order get the same answers.</summary>
    public int Seed { get; init; } = 20_261_121;

    /// <summary>Accepted keys, as <c>api-key</c> or as bearer.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [DefaultKey];

    /// <summary>Accepted Entra ID tokens, as bearer.</summary>
    public IReadOnlyList<string> EntraTokens { get; init; } = ["sim-entra-token"];

    /// <summary>Entra ID tokens of a principal that lacks the role: 403.</summary>
    public IReadOnlyList<string> TokensWithoutRole { get; init; } = ["sim-entra-no-role"];

    /// <summary>Deployments of the resource; their names are what a request calls <c>model</c>.</summary>
    public IReadOnlyList<ModelDeployment> Deployments { get; init; } =
    [
        new("crmsync-mini", "gpt-5.4-mini"),
        new("crmsync-large", "gpt-5.4"),
        new("crmsync-embedding", "text-embedding-3-small") { Dimensions = 1536 },
    ];

    /// <summary>Whether rate limits hold at the start.</summary>
    public bool QuotasOn { get; init; } = true;

    /// <summary>How often a label is wrong at the start, 0 to 1.</summary>
    public double ErrorRate { get; init; } = 0.05;

    /// <summary>Whose instructions the model follows at the start, beside the caller's.</summary>
    public Gullibility Gullibility { get; init; } = Gullibility.None;

    /// <summary>
    /// How the caller marks data; null (default) for JSON objects with an id anywhere in the last user message. See
    /// <see cref="ModelDataMarking"/>.
    /// </summary>
    public ModelDataMarking? Marking { get; init; }

    /// <summary>Texts with their labels beside the seeded ones, such as those of a third taxonomy.</summary>
    public IReadOnlyList<ModelTruth> ExtraTruth { get; init; } = [];

    /// <summary>How long a batch stays in each of validating, in_progress, finalizing and cancelling, on the simulator's clock.</summary>
    public TimeSpan BatchStage { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Maps further pages beside the API.</summary>
    public Action<IEndpointRouteBuilder>? MapPages { get; init; }
}

/// <summary>One deployment.</summary>
/// <param name="Name">Its name, which requests give as <c>model</c>.</param>
/// <param name="Model">The model behind it, as answers name it.</param>
public sealed record ModelDeployment(string Name, string Model)
{
    /// <summary>Length of its vectors where it embeds; null where it chats.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Requests per minute.</summary>
    public int RequestsPerMinute { get; init; } = 1_000;

    /// <summary>Tokens per minute, the longest possible answers included.</summary>
    public int TokensPerMinute { get; init; } = 1_000_000;
}

/// <summary>
/// Where the data of a prompt begins and ends. A star stands for a token of letters and digits that the caller draws for each call; the
/// end counts only with the token of its start. Anything outside, after a first end too, is instruction.
/// </summary>
/// <param name="Start">Such as <c>&lt;data-*&gt;</c>.</param>
/// <param name="End">Such as <c>&lt;/data-*&gt;</c>.</param>
public sealed record ModelDataMarking(string Start, string End);

/// <summary>A text whose labels are known.</summary>
/// <param name="Text">The text, or the subject and the body one after the other.</param>
/// <param name="Labels">Its label in each taxonomy, at most one of which occurs in any one enumeration.</param>
public sealed record ModelTruth(string Text, IReadOnlyList<string> Labels);

/// <summary>Whose instructions the model follows beside the system message's.</summary>
public enum Gullibility
{
    /// <summary>Nobody's.</summary>
    None,

    /// <summary>Those that stand in user text outside the data marking.</summary>
    OutsideMarking,

    /// <summary>Those inside the data too: no marking helps against it.</summary>
    Everywhere,
}
