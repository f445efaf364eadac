using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CrmSync.Service.Console.Labels;
using Microsoft.Net.Http.Headers;

namespace CrmSync.Service.Console;

/// <summary>
/// Style sheets, script and pictures, from the assembly itself: nothing depends on the working directory. Each is served under a name that carries its hash,
/// so a browser keeps it for good and a new build is a new name. They hold no secret and nothing that a request says, so they are compressed, as pages are not. Thread-safe.
/// </summary>
internal sealed class Assets
{
    private const string Prefix = "console/";
    private readonly FrozenDictionary<string, Asset> _byFile;
    private readonly FrozenDictionary<string, string> _paths;

    public Assets(LabelCatalog labels)
    {
        var assembly = typeof(Assets).Assembly;
        var contents = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(
            name => name[Prefix.Length..],
            name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            });
        contents["labels.css"] = Encoding.UTF8.GetBytes(LabelStyleSheet.Write(labels));
        var assets = contents.Select(pair => (Name: pair.Key, Asset: new Asset(pair.Value, Convert.ToHexStringLower(SHA256.HashData(pair.Value))[..12], TypeOf(pair.Key)))).ToList();
        _byFile = assets.ToFrozenDictionary(item => item.Asset.FileName(item.Name), item => item.Asset);
        _paths = assets.ToFrozenDictionary(item => item.Name, item => "/assets/" + item.Asset.FileName(item.Name));
    }

    /// <summary>Path of an asset by its plain name, such as <c>console.css</c>.</summary>
    public string this[string name] => _paths[name];

    /// <summary>Answers a request for a file by its hashed name.</summary>
    public IResult Serve(string file, HttpContext context)
    {
        if (!_byFile.TryGetValue(file, out var asset))
            return Results.Text("There is no such file; reload the page, it may come from an older build.\n", "text/plain", Encoding.UTF8, StatusCodes.Status404NotFound);
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.Vary = "Accept-Encoding";
        if (!context.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is not 0))
            return Results.Bytes(asset.Content, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}\""));
        context.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(asset.Zipped, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}-gzip\""));
    }

    private static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.SmallestSize))
            zip.Write(content);
        return zipped.ToArray();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The console does not know how to serve files that end in \"{other}\"; add their type here."),
    };

    private sealed record Asset(byte[] Content, string Hash, string Type)
    {
        public byte[] Zipped { get; } = Zip(Content);

        public string FileName(string name) => $"{Path.GetFileNameWithoutExtension(name)}.{Hash}{Path.GetExtension(name)}";
    }
}
