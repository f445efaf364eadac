namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>What the words before a number say about it. Constant work.</summary>
internal static class NumberContext
{
    private const int Reach = 40;

    private static readonly string[] Telephone =
    [
        "tel", "tel.", "phone", "telephone", "telefon", "téléphone", "teléfono", "telefono", "telefoon", "puhelin", "mobile", "mob", "mobil", "mobiel", "móvil", "cell", "cellphone", "cellular",
        "handy", "fax", "ph", "whatsapp", "signal", "hotline", "rufnummer", "durchwahl", "landline", "switchboard", "dial", "direct line", "direct", "desk line", "call me on", "call me at", "call him on", "call him at",
        "call her on", "call her at", "call them on", "call them at", "reach me at", "reach me on", "reach him at", "reach him on", "reach her at", "reach her on", "ring me on", "text me on", "text me at", "text him at", "text her at",
        "callback number", "call back number", "new number", "her number", "his number", "my number", "contact number", "number is", "numéro", "portable", "sms",
    ];

    private static readonly string[] Reference =
    [
        "po", "order", "invoice", "inv", "ref", "reference", "ticket", "case", "quote", "sku", "part", "serial", "sn", "s/n", "item", "article", "batch", "lot", "rechnung", "auftrag", "angebot", "bestellung",
        "facture", "commande", "devis", "tracking", "shipment", "rfq", "rfp", "sow", "contract", "vertrag", "asset", "model", "version", "release", "build", "firmware", "v", "section", "clause", "isbn", "ean", "gtin", "duns", "id", "record", "no", "nr", "#",
    ];

    /// <summary>Whether it is called a telephone number.</summary>
    public static bool IsTelephone(string text, int start) => Says(text, start, Telephone);

    /// <summary>Whether it is called one of some things.</summary>
    public static bool Says(string text, int start, ReadOnlySpan<string> words)
    {
        var before = text.AsSpan(Math.Max(0, start - Reach), Math.Min(Reach, start));
        // What belongs to another line, or to another number, does not speak about this one.
        var line = before.LastIndexOf('\n');
        if (line >= 0)
            before = before[(line + 1)..];
        foreach (var word in words)
        {
            for (var from = 0; from < before.Length;)
            {
                var at = before[from..].IndexOf(word, StringComparison.OrdinalIgnoreCase);
                if (at < 0)
                    break;
                var (first, end) = (from + at, from + at + word.Length);
                if ((first == 0 || !char.IsLetterOrDigit(before[first - 1])) && (end == before.Length || !char.IsLetterOrDigit(before[end]))
                    && !HasOtherNumber(before[end..]))
                    return true;
                from = first + 1;
            }
        }
        return false;
    }

    /// <summary>Whether the word right before it says that it numbers a thing: an order, an invoice, a ticket.</summary>
    public static bool IsReference(string text, int start)
    {
        var end = start;
        while (end > 0 && start - end < 4 && !char.IsLetterOrDigit(text[end - 1]))
        {
            if (text[end - 1] == '#')
                return true;
            end--;
        }
        var from = end;
        while (from > 0 && end - from < 16 && (char.IsLetter(text[from - 1]) || text[from - 1] == '/'))
            from--;
        var word = text.AsSpan(from, end - from);
        if (word.Length == 0)
            return false;
        foreach (var reference in Reference)
        {
            if (word.Equals(reference, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Whether it is an amount of money or a share.</summary>
    public static bool IsAmount(string text, int start, int end)
    {
        if (start > 0 && (text[start - 1] is '$' or '€' or '£' or '¥' || (text[start - 1] == ' ' && start > 1 && text[start - 2] is '$' or '€' or '£' or '¥')))
            return true;
        var after = text.AsSpan(end, Math.Min(5, text.Length - end)).TrimStart();
        return after.Length > 0 && (after[0] is '$' or '€' or '£' or '%' || after.StartsWith("EUR", StringComparison.OrdinalIgnoreCase)
            || after.StartsWith("USD", StringComparison.OrdinalIgnoreCase) || after.StartsWith("GBP", StringComparison.OrdinalIgnoreCase) || after.StartsWith("CHF", StringComparison.OrdinalIgnoreCase));
    }

    private static bool HasOtherNumber(ReadOnlySpan<char> text)
    {
        var digits = 0;
        foreach (var c in text)
        {
            // A bracket stands for a number that was replaced already: what the text says must not change by that.
            if (c is '[' or ']')
                return true;
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }
        return digits > 3;
    }
}
