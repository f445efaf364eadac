using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Honesty;

/// <summary>
/// Guesses what a stage of a CRM means: from the CRM's own mark of won and lost, else from words of its name (English, German, French, Spanish), else from its
/// probability. A guess only: operators see it and set it right. Pure.
/// </summary>
public static class StageGuess
{
    // The first that fits counts, so what ends a deal stands before what goes on in one. A word fits where a word of the name begins with it.
    private static readonly (SalesStage Stage, string[] Beginnings)[] Words =
    [
        (SalesStage.ClosedLost, ["lost", "verloren", "perdu", "perdid", "disqualif", "abgesagt", "closedlost"]),
        (SalesStage.ClosedWon, ["won", "gewonnen", "gagn", "ganad", "signed", "closedwon"]),
        (SalesStage.FollowUp, ["follow", "nurtur", "nachfass", "relance", "seguimiento", "parked", "hold"]),
        (SalesStage.Negotiation,
            ["negotiat", "proposal", "quote", "quotat", "pric", "contract", "legal", "procure", "commit", "verbal", "verhandl", "angebot", "vertrag", "negociat", "negociac", "devis", "oferta", "propuesta", "contrat"]),
        (SalesStage.Demo, ["demo", "present", "trial", "pilot", "poc", "evaluat", "proof", "solution", "value", "vorfuhr", "praesent", "essai", "prueba"]),
        (SalesStage.Discovery, ["discover", "qualif", "prospect", "appointment", "needs", "intro", "lead", "new", "first", "percept", "id", "bedarf", "erst", "decouverte", "descubr", "contact"]),
    ];

    /// <summary>The guess about a listed stage.</summary>
    public static StageMeaning Of(CrmStage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (stage.IsClosed)
            return new StageMeaning(stage.IsWon ? SalesStage.ClosedWon : SalesStage.ClosedLost, StageSource.Closed);
        // An open stage that sounds like an end ("Won, awaiting signature") is not one.
        if (ByName(stage.Name) is { } named)
            return new StageMeaning(named.IsClosed() ? SalesStage.Negotiation : named, StageSource.Name);
        return stage.Probability switch
        {
            null => new StageMeaning(null, StageSource.Unknown),
            < 0.3 => new StageMeaning(SalesStage.Discovery, StageSource.Probability),
            < 0.6 => new StageMeaning(SalesStage.Demo, StageSource.Probability),
            _ => new StageMeaning(SalesStage.Negotiation, StageSource.Probability),
        };
    }

    /// <summary>The guess about a stage of which only the id is known.</summary>
    public static StageMeaning OfName(string name) =>
        ByName(name) is { } stage ? new StageMeaning(stage, StageSource.Name) : new StageMeaning(null, StageSource.Unknown);

    private static SalesStage? ByName(string name)
    {
        var words = Split(name);
        foreach (var (stage, beginnings) in Words)
        {
            if (words.Any(word => beginnings.Any(beginning => beginning.Length < 4 ? word == beginning : word.StartsWith(beginning, StringComparison.Ordinal))))
                return stage;
        }

        return null;
    }

    // Names are short; a hostile one is cut.
    private static List<string> Split(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var c in (name.Length <= 200 ? name : name[..200]).Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetterOrDigit(c))
                word.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }
}
