using System.Text.Json.Nodes;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>The deployments and what they answer, without the wire around it: for the lines of a batch.</summary>
internal sealed class ModelWork(ModelSimulatorOptions options, ChatService chat, ModelDials dials)
{
    public IReadOnlyList<ModelDeployment> Deployments => options.Deployments;

    public ChatService Chat => chat;

    public ModelDeployment? Find(string name) => options.Deployments.FirstOrDefault(deployment => deployment.Name == name);

    /// <summary>The deployment that a request names.</summary>
    /// <exception cref="ModelRefusal">It does not exist, was deleted, or does something else.</exception>
    public ModelDeployment Existing(string name, bool embeds, string path)
    {
        if (Find(name) is not { } deployment || dials.IsDeleted(name, path))
            throw new ModelRefusal(ModelErrors.NoDeployment());
        if (deployment.Dimensions is not null != embeds)
            throw new ModelRefusal(ModelErrors.Invalid($"The {(embeds ? "embeddings" : "chatCompletion")} operation does not work with the specified model, {deployment.Model}.", "model", "OperationNotSupported"));
        return deployment;
    }

    public (int Status, JsonObject Body) Answer(string endpoint, JsonObject body)
    {
        try
        {
            if (endpoint.EndsWith("/embeddings", StringComparison.Ordinal))
            {
                var asked = EmbeddingRequest.Read(body);
                return (200, asked.Answer(Existing(asked.Model, embeds: true, endpoint)));
            }
            var request = ChatRequest.Read(body);
            return (200, chat.Answer(request, Existing(request.Model, embeds: false, endpoint)).ToJson());
        }
        catch (ModelRefusal refusal)
        {
            return (refusal.Error.Status, refusal.Error.ToJson());
        }
    }
}
