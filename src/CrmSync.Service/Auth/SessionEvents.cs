using System.Data.Common;
using System.Globalization;
using System.Runtime.ExceptionServices;
using CrmSync.Service.Console.Live;
using CrmSync.Service.Console;
using CrmSync.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace CrmSync.Service.Auth;

/// <summary>The life of a session: when it began, whether it still stands, what somebody without one is told.</summary>
internal sealed class SessionEvents(Sessions sessions, IOptions<AccessOptions> options, TimeProvider clock) : CookieAuthenticationEvents
{
    private static readonly Texts T = Texts.Of(typeof(SessionEvents));

    private const string Started = "started";

    public override Task SigningIn(CookieSigningInContext context)
    {
        context.Properties.Items.TryAdd(Started, clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (context.Principal is not { } user || !IsYoung(context.Properties))
        {
            await EndAsync(context);
            return;
        }
        try
        {
            if (await sessions.CheckAsync(user, context.HttpContext.RequestAborted) is { } account)
                context.ReplacePrincipal(Sessions.PrincipalOf(account, user));
            else
                await EndAsync(context);
        }
        catch (Exception fault) when (fault is LedgerException or DbException)
        {
            // Nobody, for now: what is thrown here would be thrown again at the page that tells of it, because a handler answers once per request. The cookie stays.
            context.RejectPrincipal();
            context.HttpContext.Items[typeof(SessionEvents)] = ExceptionDispatchInfo.Capture(fault);
        }
    }

    /// <summary>Throws what kept the session from being looked up, unless the page that tells of a failure is being drawn: it is open and shows the same to everybody.</summary>
    public static Task ThrowAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Items[typeof(SessionEvents)] is ExceptionDispatchInfo fault && context.Features.Get<IExceptionHandlerFeature>() is null)
            fault.Throw();
        return next(context);
    }

    // A page that refreshes itself is nobody at work.
    public override Task CheckSlidingExpiration(CookieSlidingExpirationContext context)
    {
        if (context.Request.Query["handler"] == "Live" || context.Request.Path == LiveStream.Path)
            context.ShouldRenew = false;
        return Task.CompletedTask;
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        // A stream is no page that somebody could be sent to the door from.
        if (request.Path == LiveStream.Path)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return context.Response.WriteAsync(T["SignInFirst"] + "\n", context.HttpContext.RequestAborted);
        }
        var back = HttpMethods.IsGet(request.Method) ? SafeReturn.Local($"{request.Path}{request.QueryString}") : SafeReturn.Home;
        context.Response.Redirect(back == SafeReturn.Home ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(back)}");
        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private bool IsYoung(AuthenticationProperties properties) =>
        properties.Items.TryGetValue(Started, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(at) < options.Value.LongestSession;

    private static Task EndAsync(CookieValidatePrincipalContext context)
    {
        context.RejectPrincipal();
        return context.HttpContext.SignOutAsync(Sessions.Scheme);
    }
}
