using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Auth;

/// <summary>How long sessions, links and lock-outs last.</summary>
internal sealed class AccessOptions
{
    /// <summary>A session ends after so long without a request. Default 8 hours.</summary>
    public TimeSpan IdleSession { get; set; } = TimeSpan.FromHours(8);

    /// <summary>A session ends so long after its start, whatever happened. Default 7 days.</summary>
    public TimeSpan LongestSession { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long an invitation is good. Default 7 days.</summary>
    public TimeSpan Invitation { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the link to the first account and a link that sets a password anew are good: 24 hours.</summary>
    public static TimeSpan ShortLink => TimeSpan.FromHours(24);

    /// <summary>Tries to sign in.</summary>
    public SignInLimits Limits { get; set; } = new(5, TimeSpan.FromMinutes(5), 50, TimeSpan.FromMinutes(15));

    /// <summary>Address of the console as people know it, for links; null: the one of the request.</summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>Where a click on a role signs in; null outside a demo.</summary>
    public string? DemoDoor { get; set; }

    /// <summary>What single sign-on is called on its button; null where there is none.</summary>
    public string? SignOnName { get; set; }
}
