using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>
/// A pack as JSON, schema <c>crmsync/pack/1</c>: written so that reading it gives the same pack again. Members are only ever added; unknown ones are passed over.
/// <c>pack-file.md</c> beside this file describes it.
/// </summary>
public static class PackFile
{
    /// <summary>Name of the schema.</summary>
    public const string Schema = "crmsync/pack/1";

    /// <summary>The longest file that is read, in characters.</summary>
    public const int LongestFile = 20_000_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Writes a pack.</summary>
    public static string Write(Pack pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        return new JsonObject
        {
            ["schema"] = Schema,
            ["segment"] = pack.Segment,
            ["name"] = pack.Name,
            ["version"] = pack.Version,
            ["at"] = Instant(pack.At),
            ["by"] = Of(pack.By),
            ["reason"] = pack.Reason,
            ["lines"] = new JsonArray([.. pack.Lines.Select(line => (JsonNode)Of(line))]),
        }.ToJsonString(Indented);
    }

    /// <summary>Reads a pack; every fault is named with its place.</summary>
    /// <param name="json">Content of the file.</param>
    public static Result<Pack> Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > LongestFile)
            return Bad($"it has {json.Length:N0} characters and may have {LongestFile:N0}");
        try
        {
            using var document = JsonDocument.Parse(json, Reading);
            return Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            return Bad($"line {exception.LineNumber + 1} is not JSON");
        }
        catch (PackFileException exception)
        {
            return Bad(exception.Message);
        }
        catch (InvalidOperationException)
        {
            return Bad("a text holds characters that are not valid Unicode");
        }
    }

    private static Failure Bad(FormattableString why) => Bad(FormattableString.Invariant(why));

    private static Failure Bad(string why) => SpecialistFailures.Of("specialist.bad_file", $"The pack file cannot be read: {why}.");

    private static Pack Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new PackFileException("it is no JSON object");
        var schema = Text(root, "schema", "the file");
        if (schema != Schema)
            throw new PackFileException($"its schema is \"{Short(schema)}\" and this version reads \"{Schema}\"");
        if (!root.TryGetProperty("lines", out var lines) || lines.ValueKind != JsonValueKind.Array)
            throw new PackFileException("\"lines\" is missing or no list");
        List<PackLine> read = [.. lines.EnumerateArray().Select((line, at) => Line(line, string.Create(CultureInfo.InvariantCulture, $"line {at + 1} of the pack")))];
        if (read.GroupBy(line => line.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new PackFileException($"the id \"{Short(twice.Key)}\" stands twice");
        var version = root.TryGetProperty("version", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var given) && given > 0
            ? given : throw new PackFileException("\"version\" is no number from 1");
        return PackEditor.Make(Text(root, "segment", "the file"), Text(root, "name", "the file"), read, version, Author(root, "by", "the file"), Instant(root, "at", "the file"), Text(root, "reason", "the file"));
    }

    internal static PackLine Line(JsonElement line, string where)
    {
        if (line.ValueKind != JsonValueKind.Object)
            throw new PackFileException($"{where} is no object");
        var text = Text(line, "text", where);
        if (text.Length is 0 or > PackLine.LongestText)
            throw new PackFileException(string.Create(CultureInfo.InvariantCulture, $"{where} has a text of {text.Length} characters; 1 to {PackLine.LongestText} are allowed"));
        var section = Text(line, "section", where);
        var tier = Text(line, "tier", where);
        return new PackLine(
            Text(line, "id", where) is { Length: > 0 } id ? id : throw new PackFileException($"{where} has an empty id"),
            PackNames.SectionOf(section) ?? throw new PackFileException($"{where} has the section \"{Short(section)}\", which there is not"),
            Optional(line, "topic") ?? "", text,
            PackNames.TierOf(tier) ?? throw new PackFileException($"{where} has the tier \"{Short(tier)}\"; critical, common and edge are known"),
            Evidence(line, where), Author(line, "author", where), State(Text(line, "state", where), where))
        {
            Needs = Optional(line, "needs"),
            ChangedAt = Instant(line, "changed_at", where),
        };
    }

    internal static PackEvidence Evidence(JsonElement line, string where)
    {
        if (!line.TryGetProperty("evidence", out var evidence) || evidence.ValueKind == JsonValueKind.Null)
            return PackEvidence.None;
        if (evidence.ValueKind != JsonValueKind.Object)
            throw new PackFileException($"{where}: \"evidence\" is no object");
        return new PackEvidence(Keys(evidence, "accounts", where), Keys(evidence, "activities", where), Keys(evidence, "deals", where), Keys(evidence, "figures", where));
    }

    private static string[] Keys(JsonElement evidence, string name, string where)
    {
        if (!evidence.TryGetProperty(name, out var keys))
            return [];
        if (keys.ValueKind != JsonValueKind.Array || keys.EnumerateArray().Any(key => key.ValueKind != JsonValueKind.String))
            throw new PackFileException($"{where}: \"evidence.{name}\" is no list of texts");
        return [.. keys.EnumerateArray().Select(key => key.GetString()!)];
    }

    internal static PackAuthor Author(JsonElement parent, string name, string where)
    {
        if (!parent.TryGetProperty(name, out var author) || author.ValueKind != JsonValueKind.Object)
            throw new PackFileException($"{where}: \"{name}\" is missing or no object");
        return Text(author, "kind", where) switch
        {
            "template" => PackAuthor.Template,
            "model" => PackAuthor.Model(Optional(author, "name") ?? ""),
            "person" => PackAuthor.Person(Text(author, "name", where)),
            var other => throw new PackFileException($"{where}: the kind of author \"{Short(other)}\" is unknown"),
        };
    }

    private static PackLineState State(string state, string where) => state switch
    {
        "draft" => PackLineState.Draft,
        "approved" => PackLineState.Approved,
        "retired" => PackLineState.Retired,
        _ => throw new PackFileException($"{where} has the state \"{Short(state)}\"; draft, approved and retired are known"),
    };

    internal static JsonObject Of(PackLine line)
    {
        var written = new JsonObject
        {
            ["id"] = line.Id,
            ["section"] = line.Section.Slug(),
            ["topic"] = line.Topic,
            ["text"] = line.Text,
            ["tier"] = line.Tier.Slug(),
            ["state"] = line.State.ToString().ToLowerInvariant(),
            ["author"] = Of(line.Author),
            ["changed_at"] = Instant(line.ChangedAt),
            ["needs_person"] = line.NeedsPerson,
            ["evidence"] = Of(line.Evidence),
        };
        if (line.Needs is not null)
            written["needs"] = line.Needs;
        return written;
    }

    internal static JsonObject Of(PackEvidence evidence) => new()
    {
        ["accounts"] = List(evidence.Accounts), ["activities"] = List(evidence.Activities), ["deals"] = List(evidence.Deals), ["figures"] = List(evidence.Figures),
    };

    internal static JsonObject Of(PackAuthor author) => new() { ["kind"] = author.Kind.ToString().ToLowerInvariant(), ["name"] = author.Name };

    private static JsonArray List(IReadOnlyList<string> keys) => new([.. keys.Select(key => (JsonNode)key)]);

    internal static string Instant(DateTimeOffset at) => at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    internal static DateTimeOffset Instant(JsonElement parent, string name, string where) =>
        DateTimeOffset.TryParse(Text(parent, name, where), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at : throw new PackFileException($"{where}: \"{name}\" is no instant such as 2026-11-22T08:00:00Z");

    internal static string Text(JsonElement parent, string name, string where) => Optional(parent, name) ?? throw new PackFileException($"{where}: \"{name}\" is missing or no text");

    internal static string? Optional(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}…";

    internal sealed class PackFileException(string message) : Exception(message);
}
