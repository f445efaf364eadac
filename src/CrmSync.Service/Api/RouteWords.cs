using CrmSync.Pipeline.Access;
using CrmSync.Service.Api.Access;

namespace CrmSync.Service.Api;

/// <summary>The query parts that a route knows; the description of the API shows them, and the route refuses all others.</summary>
internal sealed record KnownParameters(IReadOnlyList<ApiParameter> All);

/// <summary>The headers that a route reads.</summary>
internal sealed record KnownHeaders(IReadOnlyList<ApiParameter> All);

/// <summary>The ways in which a route says no, beyond those of every route.</summary>
internal sealed record KnownErrors(IReadOnlyList<ApiError> All);

/// <summary>What is said about a route where it is mapped, so that description and behaviour stand in one place.</summary>
internal static class RouteWords
{
    /// <summary>Name, summary, who may, and the query parts.</summary>
    public static RouteHandlerBuilder Is(this RouteHandlerBuilder route, string name, string tag, string summary, ApiRole role, params IEnumerable<ApiParameter> query) =>
        route.WithName(name).WithTags(tag).WithSummary(summary).WithDescription($"Needs the role {ApiDoor.Name(role)} or higher.")
            .WithMetadata(new NeedsRole(role), new KnownParameters([.. query])).DisableAntiforgery();

    /// <summary>What it says no with.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ApiError[] errors) => route.WithMetadata(new KnownErrors(errors));

    /// <summary>The query parts of the request, all of which its route knows.</summary>
    public static IReadOnlyList<KeyValuePair<string, string?>> KnownParts(this HttpRequest request) =>
        ApiQuery.Parts(request, request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<KnownParameters>()?.All ?? []);
}
