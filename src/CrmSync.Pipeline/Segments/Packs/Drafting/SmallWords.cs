using System.Collections.Frozen;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>Words that say nothing alone, in the languages that we read; a phrase neither begins nor ends with one.</summary>
internal static class SmallWords
{
    private static readonly FrozenSet<string> Words = (
        "a an the and or but if so as at by for from in into of off on onto out over to up with within without about above after again all also am any are be because been before being below between both can could did do does "
        + "doing down during each either else ever every few had has have having he her here hers him his how i id ill im ive is isnt it its just let like may me might more most much must my no nor not now of once one only other our "
        + "ours own per same she should since some such than that thats the their theirs them then there these they theyre this those though through too under until us very was we were what when where which while who whom why will "
        + "would yes yet you your youre yours dont doesnt didnt cant wont re fw fwd hi hello hey dear thanks thank please regards best kind cheers today tomorrow yesterday week month year monday tuesday wednesday thursday friday call called "
        + "email mail meeting note notes said says asked told get got go going went gone went gone make made see seen still well ok okay next last new use used using need needs want wants know look looking back "
        + "der die das und oder aber wenn als auch auf aus bei bin bis bist da dass dem den des dich dir du ein eine einem einen einer eines er es euch fur hat haben habe hier ich ihm ihn ihr ihre im in ist ja kann kein keine mich mir mit nach nicht noch "
        + "nur ob ohne sehr sein sich sie sind so uber um uns unser von vor war was wie wir wird zu zum zur danke bitte hallo gru grusse "
        + "le la les un une des du de et ou mais si je tu il elle nous vous ils elles ce cette ces mon ton son notre votre leur que qui quoi dans sur sous avec sans pour par est sont ete etre avoir pas ne plus merci bonjour "
        + "el los las uno unos y o pero yo usted ellos ella esto esta este que en con sin por para es son ser no si gracias hola").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static bool Contain(string word) => word.Length < 2 || Words.Contains(word);
}
