using System.Globalization;
using System.Text;

namespace CrmSync.Service.Console.Labels;

/// <summary>
/// Writes the style sheet of the labels' colours. The policy of the pages forbids inline styles, and an administrator may choose any colour: here each is
/// turned into a pair for light and dark pages whose text meets AA (4.5) and whose areas stand out from the page (3).
/// </summary>
internal static class LabelStyleSheet
{
    private const double Text = 4.6;
    private const double Area = 3.05;

    /// <summary>The panels' backgrounds, as console.css has them.</summary>
    internal static readonly Colour LightPanel = Colour.Parse("#ffffff");

    /// <inheritdoc cref="LightPanel"/>
    internal static readonly Colour DarkPanel = Colour.Parse("#15181e");

    public static string Write(LabelCatalog catalog)
    {
        var light = new StringBuilder();
        var dark = new StringBuilder();
        foreach (var taxonomy in catalog.Taxonomies.Concat(catalog.Past))
            foreach (var label in taxonomy.Labels)
            {
                var selector = catalog.ClassOf(taxonomy.Id, label.Id);
                Append(light, selector, Tones.Light(label.Colour));
                Append(dark, selector, Tones.Dark(label.Colour));
            }
        return $"{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n";
    }

    private static void Append(StringBuilder sheet, string selector, Tones tones) =>
        sheet.Append(CultureInfo.InvariantCulture, $".{selector} {{ --label-text: {tones.Ink}; --label-wash: {tones.Wash}; --label-fill: {tones.Fill}; }}\n");

    /// <summary>A label's colours on one kind of page.</summary>
    internal readonly record struct Tones(Colour Ink, Colour Wash, Colour Fill)
    {
        public static Tones Light(string colour)
        {
            var own = Colour.Parse(colour);
            var wash = Colour.Rounded(own.Mix(Colour.White, 0.9));
            return new Tones(own.ReadableOn(wash, Colour.Black, Text), wash, own.ReadableOn(LightPanel, Colour.Black, Area));
        }

        public static Tones Dark(string colour)
        {
            var own = Colour.Parse(colour);
            var wash = Colour.Rounded(own.Mix(DarkPanel, 0.72));
            return new Tones(own.ReadableOn(wash, Colour.White, Text), wash, own.ReadableOn(DarkPanel, Colour.White, Area));
        }
    }
}
