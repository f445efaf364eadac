using System.Net.Http.Headers;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Console;
using Microsoft.AspNetCore.Authentication.OAuth;

namespace CrmSync.Service.Auth.SignOn;

/// <summary>The framework's OAuth handler for any provider: code flow, PKCE, user-info endpoint, group to role.</summary>
internal static class SignOnSetup
{
    private static readonly Texts T = Texts.Of(typeof(SignOnSetup));

    /// <summary>Name of the scheme.</summary>
    public const string Scheme = "sign-on";

    private const string CallbackPath = "/sign-on/return";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Registers it where it is enabled. The host has an <see cref="IOutboundGate"/> registered: a provider inside the own network has to be listed there.</summary>
    public static IServiceCollection AddSignOn(this IServiceCollection services, SignOnSettings signOn)
    {
        if (!signOn.Enabled)
            return services;
        services.Configure<AccessOptions>(options => options.SignOnName = signOn.Name);
        services.AddAuthentication().AddOAuth(Scheme, options =>
        {
            options.SignInScheme = Sessions.Scheme;
            options.ClientId = signOn.ClientId;
            options.ClientSecret = signOn.ReadSecret();
            options.AuthorizationEndpoint = signOn.AuthorizationEndpoint;
            options.TokenEndpoint = signOn.TokenEndpoint;
            options.UserInformationEndpoint = signOn.UserInformationEndpoint;
            options.CallbackPath = CallbackPath;
            options.UsePkce = true;
            options.Scope.Clear();
            foreach (var scope in signOn.Scopes.Count > 0 ? signOn.Scopes : ["openid", "profile", "email"])
                options.Scope.Add(scope);
            // The provider sends the browser back by a link, which takes a Lax cookie along; None would need https even on this machine.
            options.CorrelationCookie.SameSite = SameSiteMode.Lax;
            options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Events.OnCreatingTicket = context => EnterAsync(context, signOn);
            options.Events.OnRemoteFailure = context =>
            {
                var code = context.Failure is SignOnRefusedException refused ? refused.Code : "failed";
                LoggerOf(context.HttpContext).SignOnRefused(code);
                context.Response.Redirect($"/sign-in?refused={code}");
                context.HandleResponse();
                return Task.CompletedTask;
            };
        });
        services.AddOptions<OAuthOptions>(Scheme).Configure<IOutboundGate>((options, gate) => options.Backchannel = gate.CreateGuardedClient(Patience));
        return services;
    }

    /// <summary>What the sign-in page says about a refusal; null for a code that it does not know.</summary>
    public static string? SentenceOf(string? code) => code switch
    {
        "group" => T["NoneOfYourGroupsHasARoleHereAsk"],
        "disabled" => T["YourAccountIsDisabledAskAnAdmin"],
        "last-admin" => T["YourGroupsNoLongerMakeYouAnAdmin"],
        "answer" => T["TheProviderDidNotSayWhoYouAreAsk"],
        "failed" => T["SingleSignOnDidNotWorkThisTime"],
        _ => null,
    };

    private static async Task EnterAsync(OAuthCreatingTicketContext context, SignOnSettings signOn)
    {
        var stop = context.HttpContext.RequestAborted;
        using var request = new HttpRequestMessage(HttpMethod.Get, context.Options.UserInformationEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.AccessToken);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await context.Backchannel.SendAsync(request, stop);
        if (!answer.IsSuccessStatusCode)
            throw new SignOnRefusedException("failed");
        using var user = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(stop), cancellationToken: stop);
        var accounts = context.HttpContext.RequestServices.GetRequiredService<IAccountStore>();
        var (outcome, account) = await accounts.EnterVouchedAsync(SignOnPerson.Read(user.RootElement, signOn), stop);
        if (account is null)
            throw new SignOnRefusedException(outcome is AccountOutcome.LastAdmin ? "last-admin" : "disabled");
        await accounts.MarkSignedInAsync(account.Id, null, stop);
        context.HttpContext.RequestServices.GetRequiredService<Sessions>().Forget(account.Id);
        context.Principal = Sessions.PrincipalOf(account);
    }

    private static ILogger LoggerOf(HttpContext context) => context.RequestServices.GetRequiredService<ILogger<Sessions>>();
}
