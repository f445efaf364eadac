using Microsoft.AspNetCore.Authentication.Cookies;

namespace CrmSync.Service.Auth;

/// <summary>
/// Under https the session's cookie is named <c>__Host-…</c>: a browser takes such a name only over https, for exactly this host and the whole of it, so neither a
/// neighbouring host nor a plain connection can plant one.
/// </summary>
internal sealed class SessionCookies : ICookieManager
{
    private const string Prefix = "__Host-";
    private readonly ChunkingCookieManager _inner = new();

    public string? GetRequestCookie(HttpContext context, string key) => _inner.GetRequestCookie(context, NameOf(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _inner.AppendResponseCookie(context, NameOf(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _inner.DeleteCookie(context, NameOf(context, key), options);

    private static string NameOf(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;
}
