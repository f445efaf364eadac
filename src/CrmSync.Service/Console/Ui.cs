using System.Globalization;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace CrmSync.Service.Console;

/// <summary>Small parts that every page uses, built so that all text is encoded.</summary>
internal static class Ui
{
    private static readonly Texts T = Texts.Of(typeof(Ui));

    /// <summary>An instant: short to read, exact on hover, and in the viewer's own time where the script runs.</summary>
    public static IHtmlContent Time(DateTimeOffset at, DateTimeOffset now)
    {
        var time = Element("time", null, TimeText.Short(at, now));
        time.Attributes["datetime"] = TimeText.Machine(at);
        time.Attributes["title"] = TimeText.Exact(at);
        return time;
    }

    /// <inheritdoc cref="Time(DateTimeOffset, DateTimeOffset)"/>
    public static IHtmlContent Time(long ms, DateTimeOffset now) => Time(DateTimeOffset.FromUnixTimeMilliseconds(ms), now);

    /// <summary>How long ago, exact on hover.</summary>
    public static IHtmlContent Ago(DateTimeOffset at, DateTimeOffset now)
    {
        var time = Element("time", null, T["Ago", TimeText.Span(now > at ? now - at : TimeSpan.Zero)]);
        time.Attributes["datetime"] = TimeText.Machine(at);
        time.Attributes["title"] = TimeText.Exact(at);
        time.Attributes["data-relative"] = "";
        return time;
    }

    /// <summary>A label in its colour; names that the taxonomy does not know are shown as they are.</summary>
    public static IHtmlContent Label(LabelCatalog labels, string taxonomy, string? label) =>
        Chip($"chip label {labels.ClassOf(taxonomy, label)}", labels.Find(taxonomy, label)?.Name ?? label ?? T["Blank"]);

    /// <summary>A value that the CRM holds: a label's chip where it is one, the plain text otherwise.</summary>
    public static IHtmlContent Value(LabelCatalog labels, string taxonomy, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return Element("span", "blank", "blank");
        var label = labels.FindByValue(taxonomy, value);
        var chip = label is null ? Chip("chip label l-none", OneLine.Of(value, 60)) : Chip($"chip label {labels.ClassOf(taxonomy, label.Id)}", label.Name);
        chip.Attributes["title"] = T["InTheCRM", OneLine.Of(value, 200)];
        return chip;
    }

    /// <summary>A decision's answer: the label, "Abstained", or "Unsure" with its best guess.</summary>
    public static IHtmlContent Answer(LabelCatalog labels, string taxonomy, string status, string? label)
    {
        switch (status)
        {
            case "abstained":
                return Chip("chip answer-abstained", T["Abstained"]);
            case "unsure":
                var chip = Chip($"chip answer-unsure {labels.ClassOf(taxonomy, label)}", T["Unsure", labels.Find(taxonomy, label)?.Name ?? label ?? T["NoLabel"]]);
                return chip;
            default:
                return Label(labels, taxonomy, label);
        }
    }

    /// <summary>What became of a write.</summary>
    public static IHtmlContent Outcome(string status, string writeMode) => Chip($"chip outcome outcome-{Slug(status)}", OutcomeWords.Name(status, writeMode));

    /// <summary>A probability in whole per cent.</summary>
    public static string Confidence(double confidence) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(confidence * 100):0} %");

    /// <summary>A link to a page of the CRM, or its plain text where no address is known.</summary>
    public static IHtmlContent Record(string? address, string text)
    {
        if (address is null)
            return Element("span", "record", text);
        var link = Element("a", "record out", text);
        link.Attributes["href"] = address;
        link.Attributes["rel"] = "noopener noreferrer external";
        link.Attributes["target"] = "_blank";
        link.Attributes["title"] = T["OpensInTheCRM"];
        return link;
    }

    /// <summary>An element with plain text in it.</summary>
    public static TagBuilder Element(string name, string? className, string text)
    {
        var element = new TagBuilder(name);
        if (className is not null)
            element.AddCssClass(className);
        element.InnerHtml.Append(text);
        return element;
    }

    private static TagBuilder Chip(string className, string text) => Element("span", className, text);

    private static string Slug(string status) => status.All(char.IsAsciiLetterLower) ? status : "other";
}
