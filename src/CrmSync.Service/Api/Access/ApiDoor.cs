using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Api.Access;

/// <summary>The role that a route asks for; a route without it is open.</summary>
internal sealed record NeedsRole(ApiRole Role);

/// <summary>Stands in front of the routes: knows the key before the rate is counted, and lets in only who may.</summary>
internal static class ApiDoor
{
    private static readonly object Item = new();

    /// <summary>The key of a request; null for one that has none.</summary>
    public static ApiKey? KeyOf(HttpContext context) => (context.Items[Item] as KeyCheck)?.Key;

    /// <summary>Who acts, as runs and audit rows name it.</summary>
    public static string ActorOf(HttpContext context) => KeyOf(context) is { } key ? $"key {key.Name}" : throw new InvalidOperationException("There is no key.");

    /// <summary>Whether the request's key has a role, or a higher one.</summary>
    public static bool Has(HttpContext context, ApiRole role) => KeyOf(context) is { } key && key.Role >= role;

    /// <summary>Reads the key.</summary>
    public static async Task IdentifyAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            context.Items[Item] = await context.RequestServices.GetRequiredService<KeyChecker>().CheckAsync(context.Request, context.RequestAborted);
        }
        catch (Storage.LedgerException fault)
        {
            await Problems.WriteAsync(context, ApiErrors.NoLedger, fault.Message);
            return;
        }
        await next(context);
    }

    /// <summary>Refuses who may not do what the route does.</summary>
    public static Task AuthorizeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsRole>() is not { } needs)
            return next(context);
        var check = (KeyCheck)context.Items[Item]!;
        if (check.Key is not { } key)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"crmsync\"";
            return Problems.WriteAsync(context, check.Error!, check.Detail);
        }
        return key.Role >= needs.Role
            ? next(context)
            : Problems.WriteAsync(context, ApiErrors.WrongRole, $"This needs the role {Name(needs.Role)}; the key {key.Prefix} has the role {Name(key.Role)}.");
    }

    /// <summary>A role as people write it.</summary>
    public static string Name(ApiRole role) => role.ToString().ToLowerInvariant();
}
