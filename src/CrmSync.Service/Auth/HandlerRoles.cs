using System.Reflection;
using CrmSync.Pipeline.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CrmSync.Service.Auth;

/// <summary>Asks for a page's role where the page is found, and for a handler's where it is about to run. What names no role is closed.</summary>
internal sealed class HandlerRoles : IAsyncPageFilter, IPageApplicationModelConvention
{
    /// <summary>Puts the page's role on its endpoint; without one the fallback policy refuses.</summary>
    public void Apply(PageApplicationModel model)
    {
        if (model.HandlerType.GetCustomAttribute<NeedsAttribute>() is not { } needs)
            return;
        model.EndpointMetadata.Add(needs);
        model.EndpointMetadata.Add(new AuthorizeAttribute(Roles.PolicyOf(needs.Role)));
    }

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var page = context.ActionDescriptor.HandlerTypeInfo;
        if (page.GetCustomAttribute<AllowAnonymousAttribute>() is not null)
            return next();
        var reads = HttpMethods.IsGet(context.HttpContext.Request.Method) || HttpMethods.IsHead(context.HttpContext.Request.Method);
        var needed = NeededBy(page, context.HandlerMethod?.MethodInfo, reads);
        if (needed is { } role && Roles.Has(context.HttpContext.User, role))
            return next();
        context.HttpContext.Items[typeof(NeedsAttribute)] = needed;
        context.Result = new ForbidResult(Sessions.Scheme);
        return Task.CompletedTask;
    }

    /// <summary>The role that a handler asks for; null closes it.</summary>
    public static ApiRole? NeededBy(Type page, MethodInfo? handler, bool reads) =>
        handler?.GetCustomAttribute<NeedsAttribute>()?.Role ?? (reads ? page.GetCustomAttribute<NeedsAttribute>()?.Role : null);
}
