namespace CrmSync.Service.Auth;

/// <summary>Log messages about people coming in. Event ids 2300-2319. No names, no addresses, no tokens.</summary>
internal static partial class Log
{
    [LoggerMessage(2300, LogLevel.Warning, "A try to sign in was refused: name or password were wrong")]
    public static partial void SignInRefused(this ILogger logger);

    [LoggerMessage(2301, LogLevel.Warning, "A try to sign in was refused unread: too many before it; the next is taken in {Wait}")]
    public static partial void SignInLocked(this ILogger logger, TimeSpan wait);

    [LoggerMessage(2302, LogLevel.Warning, "Single sign-on let nobody in ({Code})")]
    public static partial void SignOnRefused(this ILogger logger, string code);

    [LoggerMessage(2303, LogLevel.Warning, "The console has no account yet; 'crmsync users invite --role admin' makes a link for the first admin")]
    public static partial void NobodyYet(this ILogger logger);
}
