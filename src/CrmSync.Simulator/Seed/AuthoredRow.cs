using System.Text.Json;

namespace CrmSync.Simulator.Seed;

/// <summary>One hand-written activity with its truth, as the embedded files hold it.</summary>
internal sealed record AuthoredRow(
    string Id, string Crm, string Type, string? Direction, string Subject, string Body, string Engagement, string? Stage, string Why)
{
    /// <summary>Who wrote it, from 0: one author's texts are about the same few industries.</summary>
    public int Author => (Id[1] - '0') * 10 + Id[2] - '0' - 1;

    /// <summary>What the text says of its own outcome, so that the CRM's fields never say otherwise.</summary>
    public TextCues Cues { get; } = TextCues.Read(Type, Subject, Body);

    /// <summary>A company that the subject names, or null.</summary>
    public string? Company { get; } = CompanyMention.Find(Subject);

    /// <summary>A first name that the text addresses, or null.</summary>
    public string? Person { get; } = PersonMention.Find(Body);
}

/// <summary>All authored rows, read once from the embedded files in the order of their names.</summary>
internal static class AuthoredRows
{
    private static readonly Lazy<IReadOnlyList<AuthoredRow>> Loaded = new(Load);

    public static IReadOnlyList<AuthoredRow> All => Loaded.Value;

    public static int Authors { get; } = Loaded.Value.Max(r => r.Author) + 1;

    private static List<AuthoredRow> Load()
    {
        var assembly = typeof(AuthoredRows).Assembly;
        var names = assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("seed/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        List<AuthoredRow> rows = [];
        foreach (var name in names)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > 0)
                    rows.Add(Parse(line));
            }
        }

        return rows;
    }

    /// <summary>A line of a file; what it does not name is empty.</summary>
    internal static AuthoredRow Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        return new(
            Text(row, "id")!, Text(row, "crm") ?? "", Text(row, "type")!, Text(row, "direction"),
            Text(row, "subject") ?? "", Text(row, "body") ?? "", Text(row, "engagement")!, Text(row, "stage"), Text(row, "why") ?? "");
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
