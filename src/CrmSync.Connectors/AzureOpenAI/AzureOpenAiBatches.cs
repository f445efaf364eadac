using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>The batch interface: a file of requests goes up, a batch is made of it, files of answers and of refusals come down. Thread-safe.</summary>
internal sealed class AzureOpenAiBatches(AzureOpenAiWire wire, AzureOpenAiDialect dialect, ChatBody body, string connection)
{
    private const string Route = "/v1/chat/completions";

    // The texts need not lie at the endpoint for longer; a batch ends within a day.
    private const int FilesKeptSeconds = 14 * 24 * 60 * 60;
    private static readonly string[] Ends = ["completed", "failed", "expired", "cancelled"];

    /// <summary>Hands prompts of one deployment over.</summary>
    /// <exception cref="ArgumentException">There are none, or they name several deployments.</exception>
    public async Task<Result<string>> SubmitAsync(IReadOnlyList<HostedPrompt> prompts, CancellationToken cancellationToken)
    {
        if (prompts.Select(prompt => prompt.Deployment).Distinct().Count() != 1)
            throw new ArgumentException("A batch asks one deployment.", nameof(prompts));
        var place = new CallPlace(connection, "submitting a batch");
        var (content, type) = Form(prompts);
        var file = await SendAsync(new WireCall("POST", "files", CallKind.Write, place) { Body = content, ContentType = type }, cancellationToken);
        if (!file.Succeeded)
            return file.Failure;
        if (WireAnswer.Text(file.Value.Body, "id") is not { } fileId)
            return AzureOpenAiFailures.Unreadable.At(place);
        var asked = new JsonObject { ["input_file_id"] = fileId, ["endpoint"] = Route, ["completion_window"] = "24h" };
        var batch = await SendAsync(
            new WireCall("POST", "batches", CallKind.Write, place) { Body = JsonSerializer.SerializeToUtf8Bytes(asked), IsBilled = true }, cancellationToken);
        if (!batch.Succeeded)
            return batch.Failure;
        return WireAnswer.Text(batch.Value.Body, "id") is { } id ? id : AzureOpenAiFailures.Unreadable.At(place);
    }

    /// <summary>Where a batch stands.</summary>
    public async Task<Result<HostedBatch>> ReadAsync(string batchId, CancellationToken cancellationToken)
    {
        var place = new CallPlace(connection, "reading a batch");
        var answer = await GetAsync($"batches/{Uri.EscapeDataString(batchId)}", place, cancellationToken);
        if (!answer.Succeeded)
            return answer.Failure;
        Dictionary<string, HostedReply> replies = new(StringComparer.Ordinal);
        Dictionary<string, Failure> faults = new(StringComparer.Ordinal);
        var status = WireAnswer.Text(answer.Value.Body, "status") ?? "";
        if (!Ends.Contains(status))
            return new HostedBatch(false, replies, faults);
        foreach (var name in (string[])["output_file_id", "error_file_id"])
        {
            if (WireAnswer.Text(answer.Value.Body, name) is not { Length: > 0 } fileId)
                continue;
            var file = await GetAsync($"files/{Uri.EscapeDataString(fileId)}/content", place, cancellationToken);
            if (!file.Succeeded)
                return file.Failure;
            ReadLines(file.Value.Bytes, replies, faults, place);
        }
        if (status != "completed")
            faults[""] = AzureOpenAiFailures.BatchFailed.At(place, status) with { RemoteMessage = Scrub.Text(FirstError(answer.Value.Body)) };
        return new HostedBatch(true, replies, faults);
    }

    private (byte[] Content, string Type) Form(IReadOnlyList<HostedPrompt> prompts)
    {
        var lines = new StringBuilder();
        foreach (var prompt in prompts)
        {
            lines.Append(new JsonObject { ["custom_id"] = prompt.Key, ["method"] = "POST", ["url"] = Route, ["body"] = body.Write(prompt) }.ToJsonString()).Append('\n');
        }
        // JSON escapes what it must, so no line can hold a boundary of its own making: quotes and control characters never stand bare in it.
        var boundary = $"crmsync-{prompts[0].Key}-{prompts.Count}";
        var form = new StringBuilder();
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("purpose", "batch"), ("expires_after[anchor]", "created_at"), ("expires_after[seconds]", $"{FilesKeptSeconds}")])
            form.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"questions.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n")
            .Append(lines).Append(CultureInfo.InvariantCulture, $"\r\n--{boundary}--\r\n");
        return (Encoding.UTF8.GetBytes(form.ToString()), $"multipart/form-data; boundary={boundary}");
    }

    private void ReadLines(ReadOnlyMemory<byte> file, Dictionary<string, HostedReply> replies, Dictionary<string, Failure> faults, CallPlace place)
    {
        while (!file.IsEmpty)
        {
            var end = file.Span.IndexOf((byte)'\n');
            var line = WireAnswer.Parse(end < 0 ? file : file[..end]);
            file = end < 0 ? default : file[(end + 1)..];
            if (WireAnswer.Text(line, "custom_id") is not { } key)
                continue;
            if (WireAnswer.Part(line, "response") is not { } response || !response.TryGetProperty("status_code", out var code) || !code.TryGetInt32(out var status))
            {
                var words = WireAnswer.Part(line, "error") is { } error ? WireAnswer.Text(error, "message") : null;
                faults[key] = AzureOpenAiFailures.BatchFailed.At(place, "a question got no answer") with { RemoteMessage = Scrub.Text(words) };
                continue;
            }
            var reply = dialect.Read(WireAnswer.Read(status, response.TryGetProperty("body", out var body) ? body : default), place);
            if (reply.Succeeded)
                replies[key] = reply.Value;
            else
                faults[key] = reply.Failure;
        }
    }

    private static string? FirstError(JsonElement batch) =>
        WireAnswer.Part(batch, "errors") is { } errors && errors.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array && data.GetArrayLength() > 0
            ? WireAnswer.Text(data[0], "message")
            : null;

    private Task<Result<WireAnswer>> GetAsync(string path, CallPlace place, CancellationToken cancellationToken) =>
        SendAsync(new WireCall("GET", path, CallKind.Read, place), cancellationToken);

    private async Task<Result<WireAnswer>> SendAsync(WireCall call, CancellationToken cancellationToken)
    {
        var answer = await wire.SendAsync(call, cancellationToken);
        return answer.Succeeded && answer.Value.Status is < 200 or >= 300 ? dialect.Refuse(answer.Value, call.Place) : answer;
    }
}
