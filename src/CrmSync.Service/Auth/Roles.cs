using System.Security.Claims;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Console;

namespace CrmSync.Service.Auth;

/// <summary>Roles of people: as policies, as claims, as words.</summary>
internal static class Roles
{
    private static readonly Texts T = Texts.Of(typeof(Roles));

    /// <summary>All roles, the lowest first.</summary>
    public static IReadOnlyList<ApiRole> All { get; } = [ApiRole.Viewer, ApiRole.Reviewer, ApiRole.Operator, ApiRole.Admin];

    /// <summary>Name of the policy that lets in a role and those above it.</summary>
    public static string PolicyOf(ApiRole role) => $"role-{NameOf(role)}";

    /// <summary>A role as people write it.</summary>
    public static string NameOf(ApiRole role) => role.ToString().ToLowerInvariant();

    /// <summary>What a role may do, in a sentence.</summary>
    public static string SentenceOf(ApiRole role) => role switch
    {
        ApiRole.Viewer => "reads",
        ApiRole.Reviewer => T["ReadsAndCorrectsLabels"],
        ApiRole.Operator => T["AlsoRunsPausesReleasesAndUndoes"],
        ApiRole.Admin => T["AlsoDecidesAboutPeopleModelsAnd"],
    };

    /// <summary>Reads a role by its name.</summary>
    public static bool TryParse(string? text, out ApiRole role)
    {
        foreach (var known in All)
        {
            if (string.Equals(NameOf(known), text?.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                role = known;
                return true;
            }
        }
        role = default;
        return false;
    }

    /// <summary>The role of whoever is signed in; null where nobody is.</summary>
    public static ApiRole? Of(ClaimsPrincipal user) =>
        user.Identity is { IsAuthenticated: true, AuthenticationType: Sessions.Scheme } && TryParse(user.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    /// <summary>Whether somebody has a role, or a higher one.</summary>
    public static bool Has(ClaimsPrincipal user, ApiRole role) => Of(user) >= role;
}
