using CrmSync.Pipeline.Classification.Rules;

namespace CrmSync.Pipeline.Classification.Definitions;

/// <summary>Small words that turn a phrase round, in the languages that we read.</summary>
internal sealed class SenseWords
{
    private const string Negating =
        "not no never isnt wasnt arent werent dont doesnt didnt hasnt havent hadnt cant cannot couldnt wont wouldnt without nobody none nothing neither nor hardly "
        + "nicht kein keine keinen keiner keinerlei nie niemand pas jamais aucun aucune sans nunca sin ningun ninguna niet geen nooit";

    private const string Troubling =
        "problem problems issue issues concern concerns objection objections blocker blockers obstacle worry worries showstopper hurdle barrier dealbreaker "
        + "thema hindernis bedenken hinderungsgrund probleme souci soucis obstacle frein problema problemas inconveniente probleem bezwaar";

    private const string Settling =
        "fine ok okay sorted resolved settled cleared passed approved solved acceptable agreed reasonable geklart gelost passt erledigt regle regles resolu resolue "
        + "resuelto resuelta aceptado geregeld opgelost";

    private const string Turning = "but however though although aber jedoch sondern mais cependant pero sino maar";

    private readonly Vocabulary _vocabulary;
    private readonly HashSet<int> _negators;
    private readonly HashSet<int> _troubles;
    private readonly HashSet<int> _settlers;
    private readonly HashSet<int> _turns;

    public SenseWords(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        (_negators, _troubles, _settlers, _turns) = (Set(Negating), Set(Troubling), Set(Settling), Set(Turning));
    }

    public bool IsNegator(string word) => _negators.Contains(_vocabulary.Add(word));

    /// <summary>"not", "kein", "sans".</summary>
    public bool IsNegator(int word) => _negators.Contains(word);

    /// <summary>"problem", "Hindernis": with a negation before it, nothing stands in the way.</summary>
    public bool IsTrouble(int word) => _troubles.Contains(word);

    /// <summary>"fine", "geklärt": what was said before it no longer stands in the way.</summary>
    public bool IsSettler(int word) => _settlers.Contains(word);

    /// <summary>"but", "aber": what stands on the other side of it is another thought.</summary>
    public bool IsTurn(int word) => _turns.Contains(word);

    private HashSet<int> Set(string words) => [.. words.Split(' ').Select(_vocabulary.Add)];
}
