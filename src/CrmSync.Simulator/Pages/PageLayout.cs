using System.Globalization;

namespace CrmSync.Simulator.Pages;

/// <summary>What every page of a simulated CRM shares: head, banner, and how times and labels are shown.</summary>
internal static class PageLayout
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string NameOf(string kind) => kind switch
    {
        "hubspot" => "Simulated HubSpot",
        "azure-openai" => "Simulated Azure OpenAI",
        _ => "Simulated Salesforce",
    };

    public static string Write(ISimulatedCrm crm, string title, bool live, Markup main) => Write(crm.Kind, title, live, main);

    public static string Write(string kind, string title, bool live, Markup main)
    {
        var name = NameOf(kind);
        var refresh = live ? new Markup("<meta http-equiv=\"refresh\" content=\"5\">") : Markup.None;
        return new Html().Add($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            {refresh}
            <title>{title} · {name}</title>
            <link rel="stylesheet" href="/pages/site.css">
            </head>
            <body class="{kind}">
            <a class="skip" href="#main">Skip to content</a>
            <header class="banner">
            <a class="brand" href="/">{name}</a>
            <p>A stand-in for demos and tests. All people and companies are invented.</p>
            <a href="/simulator/">Faults and calls</a>
            </header>
            <main id="main" tabindex="-1">
            {main}
            </main>
            </body>
            </html>
            """).ToString();
    }

    public static Markup Time(DateTimeOffset at)
    {
        var utc = at.ToUniversalTime();
        return new(string.Create(Culture, $"<time datetime=\"{utc:yyyy-MM-ddTHH:mm:sszzz}\">{utc:d MMM yyyy HH:mm} UTC</time>"));
    }

    /// <summary>
    /// A label as a coloured chip that also says its name, so that colour alone carries nothing; with its confidence where one is kept.
    /// </summary>
    public static Markup Chip(SimulatedRecord record, LabelProperty label)
    {
        var overruled = label.IsOverruled(record);
        var byHand = overruled ? new Markup(" <span class=\"by-hand\">by hand</span>") : Markup.None;
        if (record.Properties.GetValueOrDefault(label.Name) is not { Length: > 0 } value)
            return Html.Of(h => h.Add($"<span class=\"chip blank\">not set</span>{byHand}"));
        var confidence = overruled ? Markup.None : Confidence(record.Properties.GetValueOrDefault(label.Confidence));
        return Html.Of(h => h.Add($"<span class=\"chip {Tone(value)}\">{value}{confidence}</span>{byHand}"));
    }

    public static string TypeName(SimulatedRecord record) => record.Type is { Length: > 0 } type
        ? char.ToUpperInvariant(type[0]) + type[1..]
        : record.ObjectType;

    public static string AddressOf(SimulatedRecord record) =>
        $"/records/{Uri.EscapeDataString(record.ObjectType)}/{Uri.EscapeDataString(record.Id)}";

    /// <summary>At most <paramref name="length"/> characters, never half of one.</summary>
    public static string Shortened(string text, int length)
    {
        if (text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "\u2026";
    }

    private static Markup Confidence(string? confidence)
    {
        if (string.IsNullOrEmpty(confidence))
            return Markup.None;
        var shown = double.TryParse(confidence, NumberStyles.Float, Culture, out var share) && share is >= 0 and <= 1
            ? $"{(share * 100).ToString("0", Culture)} %"
            : confidence;
        return Html.Of(h => h.Add($" <span class=\"confidence\" title=\"Confidence\">{shown}</span>"));
    }

    private static string Tone(string value) => value switch
    {
        "ENGAGED" => "good",
        "NOT ENGAGED" => "quiet",
        "ND" => "unknown",
        "Discovery" => "stage-1",
        "Demo" => "stage-2",
        "Negotiation" => "stage-3",
        "Follow-Up" => "stage-4",
        "Closed Won" => "won",
        "Closed Lost" => "lost",
        _ => "other",
    };
}
