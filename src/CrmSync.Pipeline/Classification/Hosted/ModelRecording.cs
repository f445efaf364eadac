using System.Security.Cryptography;
using System.Text.Json;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>
/// Replies of a model by what was asked, as JSON Lines: the first line names the schema, each further one holds the SHA-256 of a question and its reply. No question,
/// no key and no token stands in it; replies hold labels and the model's sentences.
/// </summary>
public static class ModelRecording
{
    /// <summary>The schema of such a file.</summary>
    public const string Schema = "crmsync/model-replay/1";

    /// <summary>SHA-256 in lower-case hex over all that a reply may depend on.</summary>
    public static string HashOf(HostedPrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var parts = JsonSerializer.SerializeToUtf8Bytes<string[]>(
            [prompt.Deployment, prompt.System, prompt.User, prompt.SchemaName, prompt.Schema, $"{prompt.MaxOutputTokens}"]);
        return Convert.ToHexStringLower(SHA256.HashData(parts));
    }

    /// <summary>Reads a recording.</summary>
    /// <exception cref="InvalidDataException">It is none of this schema, or a line cannot be read; the message names the line.</exception>
    public static async Task<IReadOnlyDictionary<string, HostedReply>> ReadAsync(TextReader file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        Dictionary<string, HostedReply> replies = new(StringComparer.Ordinal);
        for (var number = 1; await file.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (number == 1)
                {
                    if (document.RootElement.GetProperty("schema").GetString() != Schema)
                        throw new InvalidDataException($"The recording's first line does not name the schema {Schema}; record it anew.");
                    continue;
                }
                var row = document.RootElement.Deserialize<Row>() ?? throw new JsonException();
                replies[row.Request] = row.Reply;
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InvalidDataException($"Line {number} of the recording cannot be read ({exception.Message}); record it anew.", exception);
            }
        }
        return replies;
    }

    internal static string HeadLine() => JsonSerializer.Serialize(new { schema = Schema });

    internal static string Line(string request, HostedReply reply) => JsonSerializer.Serialize(new Row(request, reply));

    private sealed record Row(string Request, HostedReply Reply);
}

/// <summary>Passes questions on and writes each reply into a recording. Thread-safe; the writer stays the caller's.</summary>
public sealed class RecordingHostedModel(IHostedModel inner, TextWriter file) : IHostedModel
{
    private readonly Lock _lock = new();
    private bool _begun;

    /// <inheritdoc/>
    public async Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken)
    {
        var reply = await inner.AskAsync(prompt, cancellationToken);
        if (reply.Succeeded)
            Write(ModelRecording.Line(ModelRecording.HashOf(prompt), reply.Value));
        return reply;
    }

    /// <inheritdoc/>
    public Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken) => inner.SubmitAsync(prompts, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<HostedBatch>> ReadBatchAsync(string batchId, CancellationToken cancellationToken) => inner.ReadBatchAsync(batchId, cancellationToken);

    private void Write(string line)
    {
        lock (_lock)
        {
            if (!_begun)
                file.WriteLine(ModelRecording.HeadLine());
            _begun = true;
            file.WriteLine(line);
        }
    }
}

/// <summary>Answers from a recording, without any endpoint; a batch is answered as soon as it is submitted. Thread-safe.</summary>
public sealed class ReplayHostedModel(IReadOnlyDictionary<string, HostedReply> replies) : IHostedModel
{
    private readonly Lock _lock = new();
    private readonly List<IReadOnlyList<HostedPrompt>> _batches = [];

    /// <inheritdoc/>
    public Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken) => Task.FromResult(Find(prompt));

    /// <inheritdoc/>
    public Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _batches.Add(prompts);
            return Task.FromResult<Result<string>>($"replay-{_batches.Count - 1}");
        }
    }

    /// <inheritdoc/>
    public Task<Result<HostedBatch>> ReadBatchAsync(string batchId, CancellationToken cancellationToken)
    {
        IReadOnlyList<HostedPrompt> prompts;
        lock (_lock)
        {
            if (!batchId.StartsWith("replay-", StringComparison.Ordinal) || !int.TryParse(batchId.AsSpan(7), out var at) || at < 0 || at >= _batches.Count)
                return Task.FromResult<Result<HostedBatch>>(HostedFailures.Of("hosted.unavailable", "the replayed recording knows no such batch"));
            prompts = _batches[at];
        }
        var answers = prompts.Select(prompt => (prompt.Key, Reply: Find(prompt))).ToList();
        return Task.FromResult<Result<HostedBatch>>(new HostedBatch(
            true,
            answers.Where(answer => answer.Reply.Succeeded).ToDictionary(answer => answer.Key, answer => answer.Reply.Value!),
            answers.Where(answer => !answer.Reply.Succeeded).ToDictionary(answer => answer.Key, answer => answer.Reply.Failure!)));
    }

    private Result<HostedReply> Find(HostedPrompt prompt) =>
        replies.TryGetValue(ModelRecording.HashOf(prompt), out var reply) ? reply : HostedFailures.Of("hosted.not_recorded");
}
