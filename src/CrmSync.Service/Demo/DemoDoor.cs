using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace CrmSync.Service.Demo;

/// <summary>One click per role instead of a password. Only the demo's host maps it; nothing else in the program does.</summary>
internal static class DemoDoor
{
    private const string Path = "/demo/sign-in";

    /// <summary>Maps the door and tells the sign-in page of it. Before the host is started.</summary>
    public static void Map(WebApplication app)
    {
        app.MapPost(Path, SignInAsync).AllowAnonymous();
        app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.DemoDoor = Path;
    }

    private static async Task<IResult> SignInAsync(HttpContext context, IAntiforgery forms, IAccountStore accounts, Sessions sessions, CancellationToken cancellationToken)
    {
        if (!await forms.IsRequestValidAsync(context))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var form = await context.Request.ReadFormAsync(cancellationToken);
        if (!Roles.TryParse(form["role"], out var role))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var (_, account) = await accounts.EnterVouchedAsync(new VouchedPerson($"demo:{Roles.NameOf(role)}", NameOf(role), role, AccountOrigin.Demo), cancellationToken);
        if (account is null)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        await sessions.StartAsync(context, account);
        return Results.LocalRedirect(SafeReturn.Local(form["return"]));
    }

    private static string NameOf(ApiRole role) => role switch
    {
        ApiRole.Viewer => "Vera Viewer",
        ApiRole.Reviewer => "Remy Reviewer",
        ApiRole.Operator => "Olga Operator",
        ApiRole.Admin => "Ada Admin",
    };
}
