using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>A proposal as JSON, schema <c>crmsync/pack-proposal/1</c>, as it is stored. Where it stands and who decided is stored beside it. Members are only ever added.</summary>
public static class PackProposalFile
{
    /// <summary>Name of the schema.</summary>
    public const string Schema = "crmsync/pack-proposal/1";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a proposal.</summary>
    public static string Write(PackProposal proposal)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        return new JsonObject
        {
            ["schema"] = Schema,
            ["id"] = proposal.Id,
            ["segment"] = proposal.Segment,
            ["change"] = Of(proposal.Change),
            ["reason"] = proposal.Reason,
            ["evidence"] = PackFile.Of(proposal.Evidence),
            ["source"] = proposal.Source.ToString().ToLowerInvariant(),
            ["by"] = PackFile.Of(proposal.By),
            ["at"] = PackFile.Instant(proposal.At),
        }.ToJsonString(Plain);
    }

    /// <summary>Reads a proposal, open.</summary>
    public static Result<PackProposal> Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        const string where = "the proposal";
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || PackFile.Optional(root, "schema") != Schema)
                return Bad($"its schema is not \"{Schema}\"");
            if (!root.TryGetProperty("change", out var change) || change.ValueKind != JsonValueKind.Object)
                return Bad("\"change\" is missing or no object");
            if (!Enum.TryParse<ProposalSource>(PackFile.Text(root, "source", where), ignoreCase: true, out var source))
                return Bad("its source is unknown");
            return new PackProposal(
                PackFile.Text(root, "id", where), PackFile.Text(root, "segment", where), Change(change), PackFile.Text(root, "reason", where), PackFile.Evidence(root, where), source,
                PackFile.Author(root, "by", where), PackFile.Instant(root, "at", where));
        }
        catch (JsonException exception)
        {
            return Bad($"line {exception.LineNumber + 1} is not JSON");
        }
        catch (PackFile.PackFileException exception)
        {
            return Bad(exception.Message);
        }
    }

    private static Failure Bad(string why) => SpecialistFailures.Of("specialist.bad_file", $"A stored proposal cannot be read: {why}.");

    private static JsonObject Of(PackChange change) => change switch
    {
        PackChange.Add add => new JsonObject { ["kind"] = "add", ["line"] = PackFile.Of(add.Line) },
        PackChange.Edit edit => Of(edit),
        PackChange.Approve approve => new JsonObject { ["kind"] = "approve", ["id"] = approve.Id },
        PackChange.Retire retire => new JsonObject { ["kind"] = "retire", ["id"] = retire.Id },
        PackChange.Restore restore => new JsonObject { ["kind"] = "restore", ["id"] = restore.Id },
        PackChange.Move move => new JsonObject { ["kind"] = "move", ["id"] = move.Id, ["section"] = move.Section.Slug(), ["place"] = move.Place },
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    private static JsonObject Of(PackChange.Edit edit)
    {
        var written = new JsonObject { ["kind"] = "edit", ["id"] = edit.Id, ["needs_nobody"] = edit.NeedsNobody };
        if (edit.Text is { } text)
            written["text"] = text;
        if (edit.Topic is { } topic)
            written["topic"] = topic;
        if (edit.Tier is { } tier)
            written["tier"] = tier.Slug();
        if (edit.Evidence is { } evidence)
            written["evidence"] = PackFile.Of(evidence);
        return written;
    }

    private static PackChange Change(JsonElement change)
    {
        const string where = "the proposal's change";
        var kind = PackFile.Text(change, "kind", where);
        if (kind == "add")
            return new PackChange.Add(change.TryGetProperty("line", out var line) ? PackFile.Line(line, where) : throw new PackFile.PackFileException($"{where} has no line"));
        var id = PackFile.Text(change, "id", where);
        return kind switch
        {
            "approve" => new PackChange.Approve(id),
            "retire" => new PackChange.Retire(id),
            "restore" => new PackChange.Restore(id),
            "move" => new PackChange.Move(
                id, PackNames.SectionOf(PackFile.Optional(change, "section")) ?? throw new PackFile.PackFileException($"{where} names no section"),
                change.TryGetProperty("place", out var place) && place.TryGetInt32(out var number) ? number : 0),
            "edit" => new PackChange.Edit(id)
            {
                Text = PackFile.Optional(change, "text"),
                Topic = PackFile.Optional(change, "topic"),
                Tier = PackNames.TierOf(PackFile.Optional(change, "tier")),
                Evidence = change.TryGetProperty("evidence", out _) ? PackFile.Evidence(change, where) : null,
                NeedsNobody = change.TryGetProperty("needs_nobody", out var nobody) && nobody.ValueKind == JsonValueKind.True,
            },
            _ => throw new PackFile.PackFileException($"{where} is of an unknown kind"),
        };
    }
}
