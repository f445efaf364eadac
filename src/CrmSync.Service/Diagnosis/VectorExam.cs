using System.Globalization;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Diagnosis;

/// <summary>Examines the embeddings deployment: one word tells whether it answers, and whether its vectors are those that the segments in use were found with.</summary>
internal sealed class VectorExam(HostedSettings hosted, ISegmentWorkStore? store)
{
    private const string Setting = "CrmSync:Classification:Hosted";

    /// <summary>Runs it.</summary>
    /// <param name="vectors">The deployment; null where none is configured.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<HealthCheck>> RunAsync(ITextVectors? vectors, CancellationToken cancellationToken)
    {
        var inUse = await ReadTopicsAsync(cancellationToken);
        if (vectors is null)
        {
            return inUse.Count == 0
                ? []
                : [new HealthCheck(
                    "Embeddings", HealthState.Fail, $"None is configured, and segments in use were found with vectors from {inUse[0].Model}: their accounts wait.",
                    $"Put the deployment into {Setting}:EmbeddingDeployment, or search for segments anew and retire those that are not found again.")];
        }
        var name = $"Deployment {hosted.EmbeddingDeployment}";
        var answer = await vectors.EmbedAsync(["hello"], cancellationToken);
        if (!answer.Succeeded)
            return [new HealthCheck(name, HealthState.Fail, $"{answer.Failure.Message}{(answer.Failure.RemoteMessage is { } words ? $" It says: {words}" : "")}", answer.Failure.Fix)];
        var (model, width) = (answer.Value.Model, answer.Value.Vectors[0].Length);
        if (hosted.EmbeddingLength is { } wanted && wanted != width)
        {
            return [new HealthCheck(
                name, HealthState.Fail, Text($"It answers with {width:N0} numbers where {wanted:N0} are asked for ({model})."),
                $"Set {Setting}:EmbeddingDimensions to 0, or choose a model that can shorten its vectors.")];
        }
        if (inUse.Select(topics => topics.Misfit(model, width)).FirstOrDefault(failure => failure is not null) is { } misfit)
            return [new HealthCheck(name, HealthState.Fail, misfit.Message, misfit.Fix)];
        return [new HealthCheck(name, HealthState.Pass, Text($"Answers with {width:N0} numbers ({model}).{(inUse.Count > 0 ? " Segments in use were found with these." : "")}"))];
    }

    private async Task<IReadOnlyList<VectorTopics>> ReadTopicsAsync(CancellationToken cancellationToken)
    {
        List<VectorTopics> found = [];
        if (store is null)
            return found;
        var places = (await store.ReadActiveAsync(cancellationToken)).SelectMany(segment => segment.Places);
        foreach (var id in places.Select(place => place.ModelId).Distinct().Order())
        {
            if (await store.ReadSegmentModelAsync(id, cancellationToken) is { } content && SegmentModelFile.Read(new MemoryStream(content)).Topics is { } topics)
                found.Add(topics);
        }
        return found;
    }

    private static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
