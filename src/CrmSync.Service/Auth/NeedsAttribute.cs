using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Auth;

/// <summary>
/// The role that a page or one of its handlers asks for. On a page it covers what only reads (GET); every other handler names its own. What has none is closed to
/// everybody.
/// </summary>
/// <param name="role">The lowest role that may.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NeedsAttribute(ApiRole role) : Attribute
{
    public ApiRole Role { get; } = role;
}
