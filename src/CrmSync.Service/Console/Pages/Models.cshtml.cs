using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Trained models: how a proposed one fares beside the active one, and which one decides.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class ModelsModel(IModelStore models, LabelCatalog labels, CrmLinks links, TimeProvider time, ICascadeSource? cascades = null) : ConsolePage(labels, links, time)
{
    /// <summary>The models, newest first, each with its evaluation where that can be read.</summary>
    public IReadOnlyList<(StoredModel Model, ModelEvaluation? Evaluation)> Found { get; private set; } = [];

    /// <summary>The model that decides; null where the shipped one does.</summary>
    public StoredModel? Active => Found.Select(item => item.Model).FirstOrDefault(model => model.Status == ModelStatus.Active);

    /// <summary>What this node decides with at this moment.</summary>
    public string? InUse => cascades?.Current.ModelVersion;

    /// <summary>Corrections that the newest model's training found suspect.</summary>
    public IReadOnlyList<SuspectLabel> Suspects => Found.Select(item => item.Evaluation).FirstOrDefault(evaluation => evaluation is not null)?.Suspects ?? [];

    /// <summary>What a button did.</summary>
    public string? Note { get; private set; }

    public async Task OnGetAsync(string? done, CancellationToken cancellationToken)
    {
        Note = done switch
        {
            "promoted" => "The model decides from now on; running nodes follow within seconds. What was decided stays as it is.",
            "back" => "The model before it decides again; running nodes follow within seconds.",
            "nothing" => "Nothing changed: somebody else was quicker.",
            _ => null,
        };
        Found = [.. (await models.ListModelsAsync(cancellationToken)).Select(model => (model, ModelEvaluation.Parse(model.Evaluation)))];
    }

    /// <summary>Makes a model decide.</summary>
    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostPromoteAsync(long model, CancellationToken cancellationToken) =>
        Redirect($"/models?done={(await models.PromoteAsync(model, Actor, null, cancellationToken) ? "promoted" : "nothing")}");

    /// <summary>Brings back what the active model took the place of.</summary>
    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostBackAsync(CancellationToken cancellationToken) =>
        Redirect($"/models?done={(await models.RollBackAsync(Actor, null, cancellationToken) ? "back" : "nothing")}");

    /// <summary>The version of a model by id, for sentences.</summary>
    public string NameOf(long? id) => id is null ? "the shipped model" : Found.Select(item => item.Model).FirstOrDefault(model => model.Id == id)?.Version ?? $"model {id}";

    /// <summary>The card in words; as it is stored where it has another form.</summary>
    public static string CardText(string card)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelCard>(card, JsonSerializerOptions.Web) is { Heads: not null, Sources: not null } read ? ModelCardText.Write(read) : card;
        }
        catch (JsonException)
        {
            return card;
        }
    }

    public static string StatusName(ModelStatus status) => status switch
    {
        ModelStatus.Proposed => "Proposed",
        ModelStatus.Active => "Decides",
        ModelStatus.Retired => "Retired",
        _ => status.ToString(),
    };

    public static string Percent(long count, long of) => of == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * count / of:0.0} %");

    public static string Size(long bytes) => bytes >= 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} kB");
}
