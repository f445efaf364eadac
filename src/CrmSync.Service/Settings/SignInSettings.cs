using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;

namespace CrmSync.Service.Settings;

/// <summary>How long sessions and links last, and how many wrong tries are taken.</summary>
internal sealed class SignInSettings
{
    /// <summary>A session ends after so long without a request; a minute to a day.</summary>
    public TimeSpan IdleSession { get; set; } = TimeSpan.FromHours(8);

    /// <summary>A session ends so long after its start; up to 30 days.</summary>
    public TimeSpan LongestSession { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long an invitation is good; an hour to 30 days.</summary>
    public TimeSpan Invitation { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Wrong tries in a row after which a name is locked; 1 to 100.</summary>
    public int Tries { get; set; } = 5;

    /// <summary>For how long it is locked; 10 seconds to a day.</summary>
    public TimeSpan LockedFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The same for all names from one address; 1 to 10,000.</summary>
    public int AddressTries { get; set; } = 50;

    /// <summary>For how long an address is locked; 10 seconds to a day.</summary>
    public TimeSpan AddressLockedFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Everything that is wrong.</summary>
    public IEnumerable<string> Faults(string at)
    {
        if (IdleSession < TimeSpan.FromMinutes(1) || IdleSession > TimeSpan.FromDays(1))
            yield return $"{at}:IdleSession is {IdleSession}; give 00:01:00 to 1.00:00:00.";
        if (LongestSession < IdleSession || LongestSession > TimeSpan.FromDays(30))
            yield return $"{at}:LongestSession is {LongestSession}; give at least IdleSession and at most 30.00:00:00.";
        if (Invitation < TimeSpan.FromHours(1) || Invitation > TimeSpan.FromDays(30))
            yield return $"{at}:Invitation is {Invitation}; give 01:00:00 to 30.00:00:00.";
        if (Tries is < 1 or > 100)
            yield return $"{at}:Tries is {Tries}; give 1 to 100.";
        if (AddressTries is < 1 or > 10_000)
            yield return $"{at}:AddressTries is {AddressTries}; give 1 to 10000.";
        foreach (var (name, span) in new[] { (nameof(LockedFor), LockedFor), (nameof(AddressLockedFor), AddressLockedFor) })
        {
            if (span < TimeSpan.FromSeconds(10) || span > TimeSpan.FromDays(1))
                yield return $"{at}:{name} is {span}; give 00:00:10 to 1.00:00:00.";
        }
    }

    /// <summary>Puts the settings where sessions look for them.</summary>
    public void Apply(AccessOptions options)
    {
        options.IdleSession = IdleSession;
        options.LongestSession = LongestSession;
        options.Invitation = Invitation;
        options.Limits = new SignInLimits(Tries, LockedFor, AddressTries, AddressLockedFor);
    }
}
