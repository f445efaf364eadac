using CrmSync.Pipeline.Access;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CrmSync.Service.Auth;

/// <summary>Who may do what: sessions, roles, antiforgery, the keys behind them.</summary>
internal static class AccessSetup
{
    private const string CookieName = "crmsync";
    private const string FormCookieName = "crmsync-form";

    /// <summary>
    /// Registers sessions and roles. The host has an <see cref="IAccountStore"/>, an <see cref="ISignInGate"/> and an <see cref="IProtectionKeyStore"/> registered.
    /// What is mapped later and names no role is closed to everybody; what shall be open says so (<c>AllowAnonymous</c>).
    /// </summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddOptions<AccessOptions>();
        services.TryAddSingleton<Sessions>();
        services.TryAddSingleton<SessionEvents>();
        services.TryAddSingleton<Passwords>();
        services.TryAddSingleton<SignInDesk>();

        // Sealed as a whole where they are stored, so the framework's own encryption has nothing left to do.
        services.AddDataProtection().SetApplicationName("crmsync");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
        {
            options.XmlRepository = new KeyRing(provider.GetRequiredService<IProtectionKeyStore>());
            options.XmlEncryptor = new NullXmlEncryptor(provider);
        }));
        services.AddHostedService<KeyRingStart>();

        services.AddAuthentication(Sessions.Scheme).AddCookie(Sessions.Scheme);
        services.AddOptions<CookieAuthenticationOptions>(Sessions.Scheme).Configure<IOptions<AccessOptions>>((options, access) =>
        {
            options.Cookie.Name = CookieName;
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // Strict would leave the cookie out on the way back from single sign-on.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.Path = "/";
            options.CookieManager = new SessionCookies();
            options.ExpireTimeSpan = access.Value.IdleSession;
            options.SlidingExpiration = true;
            options.EventsType = typeof(SessionEvents);
        });
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = FormCookieName;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Strict;
            // The console sets its own, stricter one.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthorization(options =>
        {
            foreach (var role in Roles.All)
                options.AddPolicy(Roles.PolicyOf(role), policy => policy.AddAuthenticationSchemes(Sessions.Scheme).RequireAuthenticatedUser().RequireAssertion(context => Roles.Has(context.User, role)));
            options.FallbackPolicy = new AuthorizationPolicyBuilder(Sessions.Scheme).RequireAuthenticatedUser().RequireAssertion(_ => false).Build();
        });
        return services;
    }

    /// <summary>Puts the checks in front of everything that is mapped after it.</summary>
    public static WebApplication UseAccess(this WebApplication app)
    {
        app.UseMiddleware<SecureDoor>();
        app.UseAuthentication();
        app.Use(SessionEvents.ThrowAsync);
        app.UseAuthorization();
        return app;
    }
}
