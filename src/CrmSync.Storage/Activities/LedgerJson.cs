using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;

namespace CrmSync.Storage.Activities;

/// <summary>What is stored as JSON: camel case, enumerations as words, nulls left out.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CrmEvidence))]
[JsonSerializable(typeof(IReadOnlyList<Evidence>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<AuditTicket>))]
internal sealed partial class LedgerJson : JsonSerializerContext
{
    private static readonly LedgerJson Plain = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<ActivityDirection>() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write(CrmEvidence evidence) => JsonSerializer.Serialize(evidence, Plain.CrmEvidence);

    public static string Write(IReadOnlyList<Evidence> evidence) => JsonSerializer.Serialize(evidence, Plain.IReadOnlyListEvidence);

    public static string Write(IReadOnlyList<string> names) => JsonSerializer.Serialize(names, Plain.IReadOnlyListString);

    public static IReadOnlyList<string> ReadNames(string json) => JsonSerializer.Deserialize(json, Plain.IReadOnlyListString) ?? [];

    public static IReadOnlyList<Evidence> ReadRules(string json) => JsonSerializer.Deserialize(json, Plain.IReadOnlyListEvidence) ?? [];

    public static string Write(IReadOnlyList<AuditTicket> tickets) => JsonSerializer.Serialize(tickets, Plain.IReadOnlyListAuditTicket);

    public static IReadOnlyList<AuditTicket> ReadTickets(string json) => JsonSerializer.Deserialize(json, Plain.IReadOnlyListAuditTicket) ?? [];

    public static CrmEvidence ReadEvidence(string json) => JsonSerializer.Deserialize(json, Plain.CrmEvidence) ?? CrmSync.Pipeline.Model.CrmEvidence.None;
}
