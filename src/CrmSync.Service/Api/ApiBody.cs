using System.Text.Json;

namespace CrmSync.Service.Api;

/// <summary>Reads the one JSON object of a request.</summary>
internal static class ApiBody
{
    /// <summary>Largest body, in bytes.</summary>
    public const int Largest = 64 * 1024;

    /// <exception cref="ApiRefusal">It is too large, no JSON, or has parts that nobody knows. The sentence never quotes what was sent.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        if (request.ContentLength > Largest)
            throw new ApiRefusal(ApiErrors.TooLarge);
        if (!request.HasJsonContentType())
            throw new ApiRefusal(ApiErrors.BadBody, "The Content-Type is not application/json.");
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > Largest)
                throw new ApiRefusal(ApiErrors.TooLarge);
            buffer.Write(chunk, 0, read);
        }
        try
        {
            return JsonSerializer.Deserialize<T>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), ApiJson.Options)
                ?? throw new ApiRefusal(ApiErrors.BadBody, "The body is null.");
        }
        catch (JsonException fault)
        {
            // The path is made of names; names may be the sender's, so only its length is bounded and no value is repeated.
            throw new ApiRefusal(ApiErrors.BadBody, $"The JSON does not fit at {ApiQuery.Short(fault.Path ?? "$")}, line {(fault.LineNumber ?? 0) + 1}.");
        }
    }
}
