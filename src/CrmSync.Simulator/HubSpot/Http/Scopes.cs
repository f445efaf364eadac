namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Which scopes a call needs (fact sheet §1). Activities live under the contacts' scopes, mails ask for one more.</summary>
internal static class Scopes
{
    private const string Mail = "sales-email-read";

    public static void RequireRead(HubSpotToken token, HubSpotObjectType type) =>
        RequireAll(token, [.. Objects(type, "read").Where(scope => scope != Mail || !token.ReadsMailsWithoutText)]);

    /// <summary>Whether the token sees mails without their text.</summary>
    public static bool HidesText(HubSpotToken token, HubSpotObjectType type) =>
        type == HubSpotObjectType.Emails && token.ReadsMailsWithoutText && !token.Allows(Mail);

    public static void RequireWrite(HubSpotToken token, HubSpotObjectType type) => RequireAll(token, Objects(type, "write"));

    public static void RequireOwners(HubSpotToken token) => RequireAll(token, ["crm.objects.owners.read"]);

    /// <summary>Definitions may be read with the schema scope or with a scope on the objects.</summary>
    public static void RequireSchemaRead(HubSpotToken token, HubSpotObjectType type)
    {
        if (!token.Allows(SchemaScope(type, "read")) && !Objects(type, "read").All(token.Allows)
            && !Objects(type, "write").All(token.Allows))
            throw new ApiRefusal(ApiErrors.MissingScopes(SchemaScope(type, "read")));
    }

    public static void RequireSchemaWrite(HubSpotToken token, HubSpotObjectType type) => RequireAll(token, [SchemaScope(type, "write")]);

    /// <summary>The limits endpoint wants some object scope; schema scopes alone are not enough.</summary>
    public static void RequireAnyObject(HubSpotToken token)
    {
        if (token.Scopes is not null && !token.Scopes.Any(s => s.StartsWith("crm.objects.", StringComparison.Ordinal)))
            throw new ApiRefusal(ApiErrors.MissingScopes("crm.objects.contacts.read"));
    }

    public static string SchemaScope(HubSpotObjectType type, string access) => $"crm.schemas.{type.Plural}.{access}";

    private static string[] Objects(HubSpotObjectType type, string access)
    {
        var holder = type == HubSpotObjectType.Companies || type == HubSpotObjectType.Deals ? type.Plural
            : HubSpotObjectType.Contacts.Plural;
        // Tickets have one scope of the older kind for all.
        if (type == HubSpotObjectType.Tickets)
            return ["tickets"];
        return type == HubSpotObjectType.Emails ? [$"crm.objects.{holder}.{access}", Mail] : [$"crm.objects.{holder}.{access}"];
    }

    private static void RequireAll(HubSpotToken token, string[] scopes)
    {
        if (!scopes.All(token.Allows))
            throw new ApiRefusal(ApiErrors.MissingScopes(scopes.Where(s => !token.Allows(s)).ToArray()));
    }
}
