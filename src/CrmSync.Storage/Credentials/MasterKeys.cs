using System.Security.Cryptography;
using System.Text.Json;

namespace CrmSync.Storage.Credentials;

/// <summary>
/// The keys that stored credentials are encrypted under: a small JSON file that stands outside the database. The last one in it encrypts, the
/// others still decrypt, so a key is changed by adding one. Immutable.
/// </summary>
internal sealed class MasterKeys
{
    private const string Schema = "crmsync/master-keys/1";
    private const int KeyBytes = 32;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly IReadOnlyList<(string Id, byte[] Key)> _keys;

    private MasterKeys(string path, IReadOnlyList<(string Id, byte[] Key)> keys) => (Path, _keys) = (path, keys);

    /// <summary>Where they stand.</summary>
    public string Path { get; }

    /// <summary>The key that encrypts.</summary>
    public (string Id, byte[] Key) Newest => _keys[^1];

    /// <summary>The key with an id, or null.</summary>
    public byte[]? Find(string id) => _keys.FirstOrDefault(key => key.Id == id).Key;

    /// <summary>Reads the file; makes it with one new key, readable by this user only, where it does not exist.</summary>
    /// <exception cref="LedgerException">It cannot be read, made or understood.</exception>
    public static MasterKeys Load(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (!File.Exists(path))
                Create(path);
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(
                "ledger.master_key", $"The master key file {path} cannot be read or made ({exception.Message}); let this user read it, or set MasterKeyFile.", exception);
        }
    }

    private static MasterKeys Parse(string path, string text)
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(text, Json);
            if (content is { Schema: Schema, Keys.Count: > 0 })
            {
                List<(string Id, byte[] Key)> keys = [.. content.Keys.Select(key => (key?.Id ?? "", Convert.FromBase64String(key?.Key ?? "")))];
                if (keys.All(key => key.Key.Length is KeyBytes && !string.IsNullOrWhiteSpace(key.Id)))
                    return new MasterKeys(path, keys);
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            // Said below; the reason may quote a piece of a key.
        }

        throw new LedgerException(
            "ledger.master_key",
            $"The file {path} is not a master key file of crmsync ({Schema}, keys of {KeyBytes} bytes in base64); restore it from a backup, or delete it and connect the CRMs again.");
    }

    private static void Create(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        else if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherWrite))
        {
            // Somebody else could put a key of their own there, or take ours away.
            throw new LedgerException(
                "ledger.master_key", $"The master key file {path} would stand in a folder that every user may write to; set MasterKeyFile to a place of your own.");
        }

        var key = new Entry($"k-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}", Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
        var draft = $"{path}.{key.Id}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(stream, new Content(Schema, [key]), Json);
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster; its key is the one.
            File.Delete(draft);
        }
    }

    private sealed record Content(string Schema, IReadOnlyList<Entry?> Keys);

    private sealed record Entry(string? Id, string? Key);
}
