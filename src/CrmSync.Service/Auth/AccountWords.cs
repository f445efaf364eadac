using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Console;

namespace CrmSync.Service.Auth;

/// <summary>Accounts and their changes in words, for pages and commands alike.</summary>
internal static class AccountWords
{
    private static readonly Texts T = Texts.Of(typeof(AccountWords));

    /// <summary>Why a change was not made; null where it was, or was not needed.</summary>
    public static string? FaultOf(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Done or AccountOutcome.Unchanged => null,
        AccountOutcome.Unknown => T["ThereIsNoSuchAccount"],
        AccountOutcome.LastAdmin => T["ThisIsTheLastAdminWhoCanSignIn"],
        AccountOutcome.NameTaken => T["SomebodyHasThisSignInNameOrThis"],
        AccountOutcome.LinkEnded => T["TheLinkWasUsedWithdrawnOrIsToo"],
        AccountOutcome.Disabled => T["TheAccountIsDisabled"],
    };

    public static string OriginOf(AccountOrigin origin) => origin switch
    {
        AccountOrigin.Local => T["ByPassword"],
        AccountOrigin.SignOn => T["BySingleSignOn"],
        AccountOrigin.Demo => T["ByAClickInTheDemo"],
    };

    public static string KindOf(Invitation link) => link.Kind switch
    {
        InvitationKind.First => T["FirstAdmin"],
        InvitationKind.Person => T["InvitationAs", Roles.NameOf(link.Role)],
        InvitationKind.Reset => T["NewPassword"],
    };

    /// <summary>A span in whole days or hours.</summary>
    public static string Lifetime(TimeSpan span) =>
        span >= TimeSpan.FromDays(2) ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days") : string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} hours");
}
