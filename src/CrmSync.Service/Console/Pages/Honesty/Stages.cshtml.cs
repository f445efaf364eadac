using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Honesty;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Honesty;

/// <summary>What the CRMs' stages mean.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class StagesModel(LedgerReader ledger, IHonestyStore honesty, LabelCatalog labels, CrmLinks links, TimeProvider time) : HonestyPage(ledger, labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Honesty.Stages");

    private const string Guess = "guess";
    private const string None = "none";

    public IReadOnlyList<MappedStage> Stages { get; private set; } = [];

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    protected override IEnumerable<string> OwnParts => ["done"];

    public Task OnGetAsync(string? done, CancellationToken cancellationToken)
    {
        Note = done switch
        {
            "set" => T["TheStageHasANewMeaningTheDealsOf"],
            "guess" => T["TheStageMeansWhatIsGuessedAgain"],
            _ => null,
        };
        return LoadAsync(cancellationToken);
    }

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostAsync(long connection, string? pipeline, string? stage, string? meaning, CancellationToken cancellationToken)
    {
        StageChoice? choice = null;
        if (meaning is not Guess)
        {
            if (meaning is not None && SalesStages.Parse(meaning) is null)
                return await RefuseAsync(T["ChooseOneOfTheSixStagesNoneOf"], cancellationToken);
            choice = new StageChoice(pipeline ?? "", stage ?? "", SalesStages.Parse(meaning));
        }

        return await honesty.SetStageAsync(connection, pipeline ?? "", stage ?? "", choice, Actor, cancellationToken)
            ? LocalRedirect($"/pipeline/stages?done={(choice is null ? Guess : "set")}")
            : await RefuseAsync(T["TheCRMHasNoSuchStageAnyMoreThe"], cancellationToken);
    }

    /// <summary>What a stage means without an operator's word.</summary>
    public static StageMeaning GuessOf(MappedStage stage) => StageGuess.Of(stage.Stage);

    /// <summary>Why the guess is what it is.</summary>
    public static string Because(StageSource source) => source switch
    {
        StageSource.Closed => T["TheCRMMarksItAsClosed"],
        StageSource.Name => T["ByItsName"],
        StageSource.Probability => T["ByItsProbability"],
        StageSource.Person or StageSource.Unknown => T["NothingTells"],
        _ => "",
    };

    /// <summary>What stands in the choice.</summary>
    public static string Chosen(MappedStage stage) => stage.Choice is { } choice ? choice.Stage?.Slug() ?? None : Guess;

    private async Task<IActionResult> RefuseAsync(string fault, CancellationToken cancellationToken)
    {
        Fault = fault;
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(cancellationToken);
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await ReadFilterAsync(cancellationToken);
        Stages = await honesty.ListStagesAsync(cancellationToken);
    }
}
