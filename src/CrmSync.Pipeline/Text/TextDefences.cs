namespace CrmSync.Pipeline.Text;

/// <summary>What stands between hostile text and a label. Always all of it; tests take parts away to show that they matter.</summary>
/// <param name="HiddenElements">Elements of HTML that no reader sees are left out.</param>
/// <param name="VoidText">Sentences that tell which label to give, and encoded text, are left out.</param>
/// <param name="Homoglyphs">Letters of other scripts that pass for Latin ones are read as these.</param>
internal sealed record TextDefences(bool HiddenElements, bool VoidText, bool Homoglyphs)
{
    public static readonly TextDefences All = new(true, true, true);

    public static readonly TextDefences None = new(false, false, false);
}
