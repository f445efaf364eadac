namespace CrmSync.Storage.Reading;

/// <summary>The text form of filters, as commands are given it and acts keep it: a query string.</summary>
internal static class FilterText
{
    /// <summary>Takes a query string apart.</summary>
    /// <param name="text">With or without a question mark; blank has no parts.</param>
    /// <param name="faults">One sentence per part without a name or a value. On a page a blank field means "any"; in an act over all that matches, a slip must not.</param>
    public static IReadOnlyList<KeyValuePair<string, string?>> Split(string? text, out IReadOnlyList<string> faults)
    {
        List<KeyValuePair<string, string?>> query = [];
        List<string> found = [];
        foreach (var part in (text ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || string.IsNullOrWhiteSpace(part[(equals + 1)..]))
            {
                found.Add($"The filter part \"{(part.Length <= 40 ? part : part[..40] + "…")}\" has no name or no value; write it like label=engagement, or leave it out.");
                continue;
            }
            var name = Uri.UnescapeDataString(part[..equals]);
            var value = part[(equals + 1)..];
            // A form writes a space as a plus; a person who types a time means its offset.
            query.Add(KeyValuePair.Create(name, (string?)Uri.UnescapeDataString(name is "from" or "to" ? value : value.Replace('+', ' '))));
        }
        faults = found;
        return query;
    }
}
