using System.Collections.Concurrent;
using System.Text.Json;

namespace CrmSync.Connectors.Http;

/// <summary>One call to a CRM as an operator may see it: no value of a body, a query or a header that could hold a secret or a person's data.</summary>
/// <param name="At">When it began.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path with placeholders for ids, and the names of query parts.</param>
/// <param name="Purpose">What it was for.</param>
/// <param name="Status">HTTP status; null where no answer came.</param>
/// <param name="Duration">Until the answer was read, waits for the quota and quick second tries included.</param>
/// <param name="Outcome">Code of the failure; null where an answer came.</param>
public sealed record RecentCall(DateTimeOffset At, string Method, string Path, string Purpose, int? Status, TimeSpan Duration, string? Outcome)
{
    /// <summary>The CRM's id of the request; null where it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>Names of the headers that were sent.</summary>
    public IReadOnlyList<string> SentHeaders { get; init; } = [];

    /// <summary>Bytes of the body that was sent; null where there was none.</summary>
    public long? SentBytes { get; init; }

    /// <summary>Names of its outermost fields.</summary>
    public IReadOnlyList<string> SentFields { get; init; } = [];

    /// <summary>Bytes of the answer; null where none came.</summary>
    public long? ReceivedBytes { get; init; }

    /// <summary>Names of its outermost fields.</summary>
    public IReadOnlyList<string> ReceivedFields { get; init; } = [];
}

/// <summary>The newest calls of each connection that this process made. In memory only; thread-safe.</summary>
public sealed class RecentCalls
{
    /// <summary>How many are kept per connection.</summary>
    public const int Kept = 50;

    private readonly ConcurrentDictionary<string, Queue<RecentCall>> _calls = new(StringComparer.Ordinal);

    /// <summary>The calls of a connection, newest first.</summary>
    public IReadOnlyList<RecentCall> Of(string connection)
    {
        if (!_calls.TryGetValue(connection, out var calls))
            return [];
        lock (calls)
            return [.. calls.Reverse()];
    }

    /// <summary>Notes a call; the oldest one goes.</summary>
    internal void Note(string connection, RecentCall call)
    {
        var calls = _calls.GetOrAdd(connection, _ => new Queue<RecentCall>(Kept + 1));
        lock (calls)
        {
            calls.Enqueue(call);
            if (calls.Count > Kept)
                calls.Dequeue();
        }
    }
}

/// <summary>Takes everything out of a call that nobody should see.</summary>
internal static class CallShape
{
    private const int MostFields = 12;
    private const int LongestName = 40;

    /// <summary>A path with placeholders for what may be an id, and the names of query parts alone.</summary>
    public static string Path(string path)
    {
        var question = path.IndexOf('?', StringComparison.Ordinal);
        var segments = (question < 0 ? path : path[..question]).Split('/').Select(segment => IsWord(segment) ? segment : "{…}");
        if (question < 0)
            return string.Join('/', segments);
        var names = path[(question + 1)..].Split('&').Select(part => part.Split('=')[0]).Select(name => IsName(name) ? name : "…").Distinct().Take(MostFields);
        return $"{string.Join('/', segments)}?{string.Join('&', names)}";
    }

    /// <summary>Names of the outermost fields of a JSON object; empty for anything else.</summary>
    public static IReadOnlyList<string> Fields(ReadOnlySpan<byte> body)
    {
        var names = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return [];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && names.Count < MostFields)
            {
                names.Add(reader.GetString() is { } name && IsName(name) ? name : "…");
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // What came before the fault says enough.
        }
        catch (InvalidOperationException)
        {
            // A name that is no text.
        }
        return names;
    }

    /// <summary>Names of the outermost fields of an answer.</summary>
    public static IReadOnlyList<string> Fields(JsonElement body) => body.ValueKind == JsonValueKind.Object
        ? [.. body.EnumerateObject().Take(MostFields).Select(field => IsName(field.Name) ? field.Name : "…")]
        : [];

    // Words of an interface have no digits beside a version or an object's number; ids are made of them.
    private static bool IsWord(string segment) =>
        segment.Length == 0
        || (segment.Length <= LongestName && segment.Count(char.IsAsciiDigit) <= (segment.Length <= 6 ? 3 : 0) && !segment.All(char.IsAsciiDigit) && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        || (segment.Length == 7 && DateOnly.TryParseExact(segment + "-01", "yyyy-MM-dd", out _));

    private static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
