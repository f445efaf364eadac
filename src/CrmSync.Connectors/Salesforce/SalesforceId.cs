namespace CrmSync.Connectors.Salesforce;

/// <summary>Salesforce ids: 15 characters where case matters, or the same with three check characters.</summary>
internal static class SalesforceId
{
    private const string Checks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    /// <summary>The id in 18 characters; null where the text is no id.</summary>
    public static string? Normalise(string? id)
    {
        if (id is null || id.Length is not (15 or 18) || !id.All(char.IsAsciiLetterOrDigit))
            return null;
        if (id.Length == 18)
            return id;
        Span<char> suffix = stackalloc char[3];
        for (var group = 0; group < 3; group++)
        {
            var bits = 0;
            for (var at = 0; at < 5; at++)
                bits |= char.IsAsciiLetterUpper(id[(group * 5) + at]) ? 1 << at : 0;
            suffix[group] = Checks[bits];
        }

        return string.Concat(id, suffix);
    }
}
