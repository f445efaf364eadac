using System.Collections.Frozen;

namespace CrmSync.Pipeline.Text;

/// <summary>
/// Letters that pass for Latin ones, and the ones they pass for. A small table of our own: Cyrillic, Greek, Armenian and Cherokee lookalikes, phonetic letters
/// and small capitals. What normalization already folds (full width, mathematical, circled) is not in it.
/// </summary>
internal static class Confusables
{
    private static readonly FrozenDictionary<char, char> Latin = Table(
        // Cyrillic
        "аaАaвbВbсcСcԁdеeЕeёeЁeѐeєeЄeһhНhнhіiІiїiЇiӏlјjЈjкkКkМmмmоoОoрpРpԛqѕsЅsтtТtуyУyүyҮyхxХxԝwѡwшwгrпnиnлnъbьbзeҽeѵvѴvԍgҡkҝkҟkӀlӨoөoԌgԜwԚqҺh"
        // Greek
        + "αaΑaβbΒbϲcϹcεeΕeϝfηnΗhιiΙiκkΚkλlΜmμuνvΝnοoΟoρpΡpσoςsτtΤtυuΥyχxΧxωwγyΖzϳjζzπnθoδd"
        // Armenian
        + "օoոnսuցgհhյjզqօoԼlՏsՍuօo"
        // Phonetic letters, small capitals and turned letters
        + "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢzɑaɐaəeɛeɡgɩiıiȷjɾrʋvʇtɔcʍwɯmʌvɹrɥhʞkɟjɓbɗdɠgɦhƙkɱmɲnŋnɵoƥpʂsƭtʉuⱳwƴyƶzƒfɨiʈtƈcɖdɽrɫlƚlłløoØođdĐdħhŧt"
        // Cherokee capitals
        + "ᎪaᏴbᏟcᎠdᎬeᎻhᎥiᎫjᏦkᏞlᎷmᎾoᏢpᎡrᏚsᎢtᏙvᎳwᎩyᏃz");

    /// <summary>The Latin letter, in lower case, that <paramref name="c"/> passes for; itself when it passes for none.</summary>
    public static char ToLatin(char c) => Latin.TryGetValue(c, out var latin) ? latin : c;

    /// <summary>
    /// True when a word mixes Latin letters with ones that pass for Latin: no language writes so. A word all in one script is left alone, for it may be Russian or Greek.
    /// </summary>
    public static bool IsMixed(ReadOnlySpan<char> word)
    {
        bool latin = false, other = false;
        foreach (var c in word)
        {
            latin |= char.IsAsciiLetter(c);
            other |= c >= '\u0180' && Latin.ContainsKey(c);
        }
        return latin && other;
    }

    private static FrozenDictionary<char, char> Table(string pairs)
    {
        Dictionary<char, char> table = [];
        for (var i = 0; i + 1 < pairs.Length; i += 2)
            table[pairs[i]] = pairs[i + 1];
        return table.ToFrozenDictionary();
    }
}
