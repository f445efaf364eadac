using System.Buffers;
using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace CrmSync.Pipeline.Text;

/// <summary>
/// HTML to text through the tokenizer alone. The tree is never built: 500 kB of nested <c>div</c> costs it 50 s, and bodies are untrusted.
/// </summary>
internal static class HtmlText
{
    private const int MaxQuoteDepth = 5;

    private static readonly SearchValues<string> Openers = SearchValues.Create(
    [
        "<p>", "<p ", "<br", "<div", "<span", "<html", "<body", "<table", "<td", "<tr", "<ul", "<ol", "<li", "<h1", "<h2", "<h3", "<h4", "<b>", "<i>", "<u>",
        "<em", "<strong", "<font", "<blockquote", "<img", "<a ", "<style", "<script", "<head", "<meta", "<pre", "<hr", "<!--", "<!doctype", "</",
        "<section", "<article", "<template", "<noscript", "<center", "<small", "<sup", "<sub", "<svg", "<details", "<dialog", "<label", "<abbr", "<input",
    ], StringComparison.OrdinalIgnoreCase);

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "pre", "section", "article", "header",
        "footer", "center", "dd", "dt", "dl", "form", "address",
    };

    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \n\r\t");

    public static bool LooksLikeHtml(string raw) => raw.AsSpan().ContainsAny(Openers);

    public static string ToPlain(string html, int limit, bool dropHidden, ref bool truncated)
    {
        using var source = new TextSource(html);
        // An HtmlTokenizer resolves entities itself; comments and attributes we do not read are skipped inside it.
        var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { SkipComments = true, SkipProcessingInstructions = true };
        var output = new Output(new StringBuilder(Math.Min(html.Length, limit)));
        var visibility = new HtmlVisibility();
        string? hidden = null;
        var hiddenDepth = 0;
        while (true)
        {
            var token = tokenizer.Get();
            if (token.Type == HtmlTokenType.EndOfFile)
                return output.ToString();
            if (output.Length > limit)
            {
                truncated = true;
                return output.ToString();
            }
            if (hidden is not null)
            {
                // Inside a hidden element only its own name counts, so this needs no stack.
                // A head that is never closed ends where the body starts, as it does in every browser.
                if (hidden is "head" && token is HtmlTagToken { Name: "body" })
                    hiddenDepth = 0;
                else if (token is HtmlTagToken && token.Name.Equals(hidden, StringComparison.OrdinalIgnoreCase))
                    hiddenDepth += token.Type == HtmlTokenType.StartTag ? 1 : -1;
                else if (hidden is "style" && token.Type == HtmlTokenType.Character)
                    visibility.ReadSheet(token.Data);
                if (hiddenDepth == 0)
                    hidden = null;
                continue;
            }
            switch (token.Type)
            {
                case HtmlTokenType.Character:
                    output.Text(token.Data);
                    break;
                case HtmlTokenType.StartTag when token is HtmlTagToken tag:
                    if (HtmlVisibility.IsNoText(tag) || dropHidden && visibility.Hides(tag))
                        (hidden, hiddenDepth) = (tag.Name, 1);
                    else
                        output.Open(tag.Name);
                    if (tag.Name is "script")
                        tokenizer.State = HtmlParseMode.Script;
                    else if (tag.Name is "style" or "noscript" or "iframe")
                        tokenizer.State = HtmlParseMode.Rawtext;
                    else if (tag.Name is "title" or "textarea")
                        tokenizer.State = HtmlParseMode.RCData;
                    break;
                case HtmlTokenType.EndTag:
                    visibility.Close(token.Name);
                    output.Close(token.Name);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Gathers text, keeps one break per block and writes quoting as <c>&gt;</c>, so that HTML and plain mails zone alike.</summary>
    private sealed class Output(StringBuilder builder)
    {
        private int _quoteDepth;

        // Plain text with a stray tag somewhere keeps its lines; from the first block on, a line break in the source is a space on the screen.
        private bool _inBlocks;

        // What was written last; at the beginning it counts as a break, so that nothing opens with one.
        private char _last = '\n';

        public int Length => builder.Length;

        public void Text(ReadOnlySpan<char> text)
        {
            while (!text.IsEmpty)
            {
                var word = text.IndexOfAny(Blanks) is >= 0 and var end ? end : text.Length;
                Word(text[..word]);
                if (word == text.Length)
                    return;
                if (text[word] == '\n' && !_inBlocks)
                    Line();
                else if (_last is not (' ' or '\n'))
                    Append(' ');
                text = text[(word + 1)..];
            }
        }

        private void Word(ReadOnlySpan<char> word)
        {
            if (word.IsEmpty)
                return;
            if (_quoteDepth > 0 && _last == '\n')
                builder.Append('>', Math.Min(_quoteDepth, MaxQuoteDepth)).Append(' ');
            builder.Append(word);
            _last = word[^1];
        }

        private void Line()
        {
            if (builder.Length > 0)
                Append('\n');
        }

        private void Append(char c)
        {
            builder.Append(c);
            _last = c;
        }

        public void Open(string name)
        {
            // "Ines <ines@example.org>" inside HTML reads as a tag; the address is text.
            _inBlocks |= name is "html" or "body" or "td" || Blocks.Contains(name);
            if (name.Contains('@'))
                Text($"<{name}>");
            else if (name is "br")
                Append('\n');
            else if (Blocks.Contains(name))
                Break();
            else if (name is "td" or "th")
                Text(" ");
            if (name is "blockquote")
                _quoteDepth++;
        }

        public void Close(string name)
        {
            if (name is "p")
                Append('\n');
            if (Blocks.Contains(name))
                Break();
            if (name is "blockquote" && _quoteDepth > 0)
                _quoteDepth--;
        }

        public override string ToString() => builder.ToString();

        private void Break()
        {
            if (_last != '\n')
                Append('\n');
        }
    }
}
