using System.Globalization;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI.Answers;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>A stored file.</summary>
internal sealed record ModelFile(string Id, string Name, string Purpose, byte[] Content, long CreatedAt)
{
    public JsonObject ToJson() => new()
    {
        ["id"] = Id, ["object"] = "file", ["bytes"] = Content.Length, ["created_at"] = CreatedAt, ["filename"] = Name, ["purpose"] = Purpose, ["status"] = "processed",
    };
}

/// <summary>The files of the resource, in memory. Thread-safe.</summary>
internal sealed class ModelFiles(TimeProvider clock, int seed)
{
    private readonly Lock _lock = new();
    private readonly List<ModelFile> _files = [];
    private int _made;

    public ModelFile Add(string name, string purpose, byte[] content)
    {
        lock (_lock)
        {
            var number = Hash.Mixed(Hash.Of(string.Create(CultureInfo.InvariantCulture, $"file {seed} {++_made}")));
            var file = new ModelFile($"file-{number:x16}", name, purpose, content, clock.GetUtcNow().ToUnixTimeSeconds());
            _files.Add(file);
            return file;
        }
    }

    public ModelFile? Find(string? id)
    {
        lock (_lock)
            return _files.Find(file => file.Id == id);
    }

    public bool Remove(string id)
    {
        lock (_lock)
            return _files.RemoveAll(file => file.Id == id) > 0;
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ModelFile> List(string? purpose)
    {
        lock (_lock)
            return [.. _files.Where(file => string.IsNullOrEmpty(purpose) || file.Purpose == purpose).Reverse()];
    }
}
