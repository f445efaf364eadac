using System.Reflection;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Pages.Briefs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Access;

/// <summary>Walks every page and every handler: each names the role that it asks for, and the open ones are these.</summary>
public sealed class PageRoleTests
{
    private static readonly List<Type> Pages = [.. typeof(NeedsAttribute).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PageModel)) && !type.IsAbstract)];

    private static IEnumerable<MethodInfo> HandlersOf(Type page) =>
        page.GetMethods(BindingFlags.Public | BindingFlags.Instance).Where(method => method.Name.StartsWith("On", StringComparison.Ordinal) && char.IsUpper(method.Name[2])
            && !method.Name.StartsWith("OnPageHandler", StringComparison.Ordinal));

    private static bool IsOpen(Type page) => page.GetCustomAttribute<AllowAnonymousAttribute>() is not null;

    [Fact]
    public void Pages_All_NameARoleOrAreKnownToBeOpen()
    {
        Pages.Count.ShouldBeGreaterThan(12);
        Pages.Where(IsOpen).Select(page => page.Name).ShouldBe(["SignInModel", "InvitationModel", "TroubleModel", "RefusedModel"], ignoreOrder: true);
        Pages.Where(page => !IsOpen(page) && page.GetCustomAttribute<NeedsAttribute>() is null).ShouldBeEmpty();
    }

    [Fact]
    public void Handlers_AllThatChangeSomething_NameARoleOfTheirOwn() =>
        Pages.Where(page => !IsOpen(page)).SelectMany(HandlersOf).Where(handler => !handler.Name.StartsWith("OnGet", StringComparison.Ordinal))
            .Where(handler => handler.GetCustomAttribute<NeedsAttribute>() is null).Select(handler => $"{handler.DeclaringType!.Name}.{handler.Name}").ShouldBeEmpty();

    [Fact]
    public void Handlers_WhoMayDoWhat_IsThis() =>
        Pages.Where(page => !IsOpen(page)).SelectMany(HandlersOf).Where(handler => !handler.Name.StartsWith("OnGet", StringComparison.Ordinal))
            // A brief of somebody who only reads changes nothing that others rely on, and asks no model that costs.
            .Where(handler => handler.DeclaringType != typeof(CrmSync.Service.Console.Pages.AccountModel) && !handler.DeclaringType!.IsSubclassOf(typeof(BriefPage)))
            .ShouldAllBe(handler => handler.GetCustomAttribute<NeedsAttribute>()!.Role >= ApiRole.Reviewer, "who only reads changes nothing but the own account");

    [Fact]
    public void NeededBy_HandlerWithoutARole_IsClosedUnlessItReads()
    {
        var bare = typeof(Bare).GetMethod(nameof(Bare.OnPost))!;
        HandlerRoles.NeededBy(typeof(Bare), bare, reads: false).ShouldBeNull();
        HandlerRoles.NeededBy(typeof(Bare), bare, reads: true).ShouldBe(ApiRole.Viewer);
        HandlerRoles.NeededBy(typeof(object), bare, reads: true).ShouldBeNull();
        HandlerRoles.NeededBy(typeof(Bare), null, reads: false).ShouldBeNull();
        HandlerRoles.NeededBy(typeof(Bare), typeof(Bare).GetMethod(nameof(Bare.OnPostMore))!, reads: false).ShouldBe(ApiRole.Admin);
    }

    [Needs(ApiRole.Viewer)]
    private sealed class Bare
    {
        public void OnPost() => ToString();

        [Needs(ApiRole.Admin)]
        public void OnPostMore() => ToString();
    }
}
