using System.Text.Json;
using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Auth.SignOn;

/// <summary>Reads who came from a provider's user-info answer.</summary>
internal static class SignOnPerson
{
    private const int LongestSubject = 200;

    /// <summary>The person; a refusal where the answer does not name one, or no group of it has a role.</summary>
    /// <exception cref="SignOnRefusedException">Nobody gets in on this answer.</exception>
    public static VouchedPerson Read(JsonElement answer, SignOnSettings options)
    {
        var subject = TextOf(answer, options.SubjectClaim);
        if (subject is not { Length: > 0 and <= LongestSubject })
            throw new SignOnRefusedException("answer");
        var roles = GroupsOf(answer, options.GroupClaim).Where(options.Groups.ContainsKey).Select(group => options.Groups[group]).ToList();
        if (roles.Count == 0)
            throw new SignOnRefusedException("group");
        // Without a name that will do the account is named by what names the person for good.
        var name = AccountRules.ReadName(TextOf(answer, options.NameClaim), out var read) is null ? read : $"sign-on {subject}";
        return new VouchedPerson($"sso:{subject}", name, roles.Max(), AccountOrigin.SignOn);
    }

    private static string? TextOf(JsonElement answer, string name) =>
        answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty(name, out var value)
            ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null }
            : null;

    private static IEnumerable<string> GroupsOf(JsonElement answer, string name)
    {
        if (answer.ValueKind is not JsonValueKind.Object || !answer.TryGetProperty(name, out var value))
            return [];
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!),
            _ => [],
        };
    }
}

/// <summary>Single sign-on lets nobody in.</summary>
/// <param name="code">Why, as the sign-in page explains it.</param>
internal sealed class SignOnRefusedException(string code) : Exception($"Single sign-on let nobody in ({code}).")
{
    public string Code { get; } = code;
}
