using System.Globalization;
using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Auth;

/// <summary>Accounts and their changes in words, for pages and commands alike.</summary>
internal static class AccountWords
{
    /// <summary>Why a change was not made; null where it was, or was not needed.</summary>
    public static string? FaultOf(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Done or AccountOutcome.Unchanged => null,
        AccountOutcome.Unknown => "There is no such account.",
        AccountOutcome.LastAdmin => "This is the last admin who can sign in; make somebody else an admin first.",
        AccountOutcome.NameTaken => "Somebody has this sign-in name or this name already; choose another.",
        AccountOutcome.LinkEnded => "The link was used, withdrawn, or is too old.",
        AccountOutcome.Disabled => "The account is disabled.",
    };

    public static string OriginOf(AccountOrigin origin) => origin switch
    {
        AccountOrigin.Local => "by password",
        AccountOrigin.SignOn => "by single sign-on",
        AccountOrigin.Demo => "by a click, in the demo",
    };

    public static string KindOf(Invitation link) => link.Kind switch
    {
        InvitationKind.First => "First admin",
        InvitationKind.Person => $"Invitation as {Roles.NameOf(link.Role)}",
        InvitationKind.Reset => "New password",
    };

    /// <summary>A span in whole days or hours.</summary>
    public static string Lifetime(TimeSpan span) =>
        span >= TimeSpan.FromDays(2) ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days") : string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} hours");
}
