using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace CrmSync.Simulator.Pages;

/// <summary>
/// A page being written. Only the literal parts of an interpolated string reach it as they are; every hole is encoded, unless it is a
/// <see cref="Markup"/> that was written the same way. So text from a record cannot become markup.
/// </summary>
internal sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder _text = new();

    public Html Add([InterpolatedStringHandlerArgument("")] ref Template template)
    {
        template.Close();
        return this;
    }

    public Markup ToMarkup() => new(_text.ToString());

    public override string ToString() => _text.ToString();

    public static Markup Of(Action<Html> write)
    {
        var html = new Html();
        write(html);
        return html.ToMarkup();
    }

    /// <summary>Takes an interpolated string apart while it is written.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Template
    {
        private readonly Html _html;

        public Template(int literalLength, int holes, Html html)
        {
            _ = literalLength + holes;
            _html = html;
        }

        public void AppendLiteral(string literal) => _html._text.Append(literal);

        public void AppendFormatted(Markup markup) => _html._text.Append(markup.Encoded);

        /// <summary>The encoder spells line breaks out; a literal "&amp;#xA;" in the text has become "&amp;amp;#xA;" by then.</summary>
        public void AppendFormatted(string? text) =>
            _html._text.Append(Encoder.Encode(text ?? "").Replace("&#xA;", "\n", StringComparison.Ordinal));

        public void AppendFormatted(int number) => _html._text.Append(number);

        internal void Close() => _html._text.Append('\n');
    }
}

/// <summary>Markup whose parts are encoded already.</summary>
internal readonly record struct Markup(string Encoded)
{
    public static readonly Markup None = new("");
}
