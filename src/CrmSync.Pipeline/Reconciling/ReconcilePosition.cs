using System.Globalization;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Pipeline.Reconciling;

/// <summary>
/// Where a comparison stands: the windows that are still to be compared, then the labels that are still to be read back. Its text is <c>w|hidden|from-until,…</c> in Unix
/// seconds, or <c>l|hidden|checked|modified,activity,intent</c>.
/// </summary>
public sealed record ReconcilePosition
{
    private readonly string _objectType;

    private ReconcilePosition(string objectType) => _objectType = objectType;

    /// <summary>Windows to compare, in order; none left in the phase of labels.</summary>
    public IReadOnlyList<CompareWindow> Windows { get; private init; } = [];

    /// <summary>Activities that the CRM counts but did not show.</summary>
    public long Hidden { get; private init; }

    /// <summary>Labels that were read back.</summary>
    public long Checked { get; private init; }

    /// <summary>Where the list of labels goes on; null for its begin.</summary>
    public LabelCursor? Cursor { get; private init; }

    /// <summary>The begin of a comparison.</summary>
    public static ReconcilePosition Begin(CompareWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        return new(window.ObjectType) { Windows = [window] };
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not one of ours.</exception>
    public static ReconcilePosition Parse(string text, string objectType)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('|');
        return parts switch
        {
            ["w", var hidden, var windows] => new(objectType)
            {
                Hidden = Number(hidden),
                Windows = [.. windows.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(window => ToWindow(objectType, window))],
            },
            ["l", var hidden, var done, var cursor] => new(objectType) { Hidden = Number(hidden), Checked = Number(done), Cursor = ToCursor(cursor) },
            _ => throw new FormatException($"\"{text}\" is not the position of a comparison."),
        };
    }

    /// <summary>After the first window.</summary>
    /// <param name="hidden">Activities of it that the CRM counts but did not show.</param>
    public ReconcilePosition AfterFirst(long hidden) => this with { Windows = [.. Windows.Skip(1)], Hidden = Hidden + hidden };

    /// <summary>With the first window in two halves.</summary>
    public ReconcilePosition HalveFirst()
    {
        var first = Windows[0];
        var seconds = (long)((first.Until - first.From) / CompareWindow.Grain);
        var middle = first.From + (CompareWindow.Grain * (seconds / 2));
        return this with { Windows = [first with { Until = middle }, first with { From = middle }, .. Windows.Skip(1)] };
    }

    /// <summary>After labels that were read back.</summary>
    public ReconcilePosition AfterLabels(int count, LabelCursor cursor) => this with { Checked = Checked + count, Cursor = cursor };

    /// <inheritdoc/>
    public override string ToString()
    {
        var culture = CultureInfo.InvariantCulture;
        if (Windows.Count == 0)
            return string.Create(culture, $"l|{Hidden}|{Checked}|{(Cursor is { } at ? string.Create(culture, $"{at.ModifiedAt.ToUnixTimeMilliseconds()},{at.ActivityId},{at.IntentId}") : "")}");
        return string.Create(culture, $"w|{Hidden}|{string.Join(',', Windows.Select(window => string.Create(culture, $"{window.From.ToUnixTimeSeconds()}-{window.Until.ToUnixTimeSeconds()}")))}");
    }

    private static CompareWindow ToWindow(string objectType, string text)
    {
        // An instant before 1970 begins with the sign itself.
        var dash = text.IndexOf('-', 1);
        return dash < 0
            ? throw new FormatException($"\"{text}\" is not a window.")
            : new CompareWindow(objectType, DateTimeOffset.FromUnixTimeSeconds(Number(text[..dash])), DateTimeOffset.FromUnixTimeSeconds(Number(text[(dash + 1)..])));
    }

    private static LabelCursor? ToCursor(string text) => text.Split(',') switch
    {
        [""] => null,
        [var modified, var activity, var intent] => new LabelCursor(DateTimeOffset.FromUnixTimeMilliseconds(Number(modified)), Number(activity), Number(intent)),
        _ => throw new FormatException($"\"{text}\" is not a place among labels."),
    };

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
