namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>A change in a sentence.</summary>
public static class PackChangeWords
{
    /// <summary>What a change would do.</summary>
    /// <param name="change">The change.</param>
    /// <param name="pack">The pack that it is for, to name the line by its text; null where it is not at hand.</param>
    public static string Of(PackChange change, Pack? pack)
    {
        return change switch
        {
            PackChange.Add add => $"New under {add.Line.Section.Title()}: {With(add.Line.Topic, add.Line.Text)}",
            PackChange.Edit { Text: { } text } edit => $"{Line(edit.Id)} becomes: {With(edit.Topic ?? "", text)}",
            PackChange.Edit { Tier: { } tier } edit => $"{Line(edit.Id)} becomes {tier.Slug()}",
            PackChange.Edit edit => $"{Line(edit.Id)} gets other evidence or another topic",
            PackChange.Approve approve => $"{Line(approve.Id)} is approved",
            PackChange.Retire retire => $"{Line(retire.Id)} goes out of use",
            PackChange.Restore restore => $"{Line(restore.Id)} comes back into use",
            PackChange.Move move => $"{Line(move.Id)} moves to {move.Section.Title()}",
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };

        string Line(string id) => pack?.Find(id) is { } line ? $"\u201c{With(line.Topic, line.Text)}\u201d" : $"Line {id}";
    }

    private static string With(string topic, string text) => topic.Length == 0 ? text : $"{topic}: {text}";
}
