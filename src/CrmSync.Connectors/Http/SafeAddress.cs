namespace CrmSync.Connectors.Http;

/// <summary>Which addresses a token may be sent to.</summary>
internal static class SafeAddress
{
    /// <summary>Null for an absolute https address, or http on this machine; else what is wrong.</summary>
    public static string? Fault(Uri? address)
    {
        if (address is null || !address.IsAbsoluteUri)
            return "must be an absolute address such as https://host.example";
        if (address.UserInfo.Length > 0)
            return "must not carry a name or password";
        if (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            return null;
        return "must begin with https (plain http is accepted on this machine only, because the token travels with every request)";
    }

    /// <summary>The address with a slash at its end, so that relative paths extend it.</summary>
    public static Uri AsBase(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
