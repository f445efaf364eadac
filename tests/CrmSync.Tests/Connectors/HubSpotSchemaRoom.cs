using System.Text.Json.Nodes;

namespace CrmSync.Tests.Connectors;

/// <summary>Property definitions of an account, kept as the fact sheet says: just enough to plan, create, restore, extend and remove.</summary>
internal sealed class HubSpotSchemaRoom
{
    private readonly Dictionary<string, Dictionary<string, JsonObject>> _types = [];

    public HashSet<string> Groups { get; } = [];

    public HashSet<string> Unreadable { get; } = [];

    public Dictionary<string, string> Denied { get; } = [];

    public Dictionary<(string Type, string Name), string> Archived { get; } = [];

    public string? InUse { get; set; }

    public Dictionary<string, JsonObject> Of(string type) => _types.TryGetValue(type, out var found) ? found : _types[type] = [];

    public void Put(string type, string name, string kind, string group) =>
        Of(type)[name] = new JsonObject { ["name"] = name, ["type"] = kind, ["groupName"] = group, ["options"] = new JsonArray() };

    public HttpResponseMessage Answer(SentRequest request)
    {
        var parts = request.PathAndQuery.Split('?')[0].Split('/');
        if (parts[1] != "crm" || parts[2] != "properties")
            return ScriptedCrm.Answer(200, """{"portalId":33,"total":0,"results":[]}""");
        var type = parts[4];
        if (Unreadable.Contains(type))
            return ScriptedCrm.Answer(403, """{"category":"MISSING_SCOPES"}""");
        return parts.Length > 5 && parts[5] == "groups"
            ? Group(request.Method, type)
            : Property(request, type, parts.Length > 5 ? parts[5] : null);
    }

    private HttpResponseMessage Group(string method, string type)
    {
        if (method == "POST")
            Groups.Add(type);
        if (method == "DELETE")
            Groups.Remove(type);
        return method == "GET"
            ? ScriptedCrm.Answer(200, Groups.Contains(type) ? """{"results":[{"name":"crmsync"}]}""" : """{"results":[]}""")
            : ScriptedCrm.Answer(method == "POST" ? 201 : 204, method == "POST" ? "{}" : "");
    }

    private HttpResponseMessage Property(SentRequest request, string type, string? name)
    {
        var there = Of(type);
        switch (request.Method)
        {
            case "GET" when name is null:
                return ScriptedCrm.Answer(200, $$"""{"results":[{{string.Join(',', there.Values.Select(property => property.ToJsonString()))}}]}""");
            case "GET":
                return there.TryGetValue(name, out var found)
                    ? ScriptedCrm.Answer(200, found.ToJsonString())
                    : ScriptedCrm.Answer(404, """{"category":"OBJECT_NOT_FOUND"}""");
            case "POST":
                if (Denied.TryGetValue(type, out var refusal))
                    return ScriptedCrm.Answer(403, refusal);
                var wanted = JsonNode.Parse(request.Body)!.AsObject();
                var created = wanted["name"]!.GetValue<string>();
                there[created] = Archived.TryGetValue((type, created), out var old) ? JsonNode.Parse(old)!.AsObject() : wanted;
                return ScriptedCrm.Answer(201, there[created].ToJsonString());
            case "PATCH":
                foreach (var (member, value) in JsonNode.Parse(request.Body)!.AsObject())
                    there[name!][member] = value?.DeepClone();
                return ScriptedCrm.Answer(200, there[name!].ToJsonString());
            default:
                if (name == InUse)
                {
                    return ScriptedCrm.Answer(400,
                        """{"category":"VALIDATION_ERROR","message":"{\"errors\":[{\"code\":\"PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE\"}]}"}""");
                }

                there.Remove(name!);
                return ScriptedCrm.Answer(204, "");
        }
    }
}
