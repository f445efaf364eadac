using System.Globalization;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Takes gzip bodies, and answers in gzip where the client accepts it.</summary>
internal static class Compression
{
    private const string Gzip = "gzip";

    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.ContentEncoding.ToString().Equals(Gzip, StringComparison.OrdinalIgnoreCase))
            context.Request.Body = new GZipStream(context.Request.Body, CompressionMode.Decompress);
        if (!Accepts(context.Request.Headers.AcceptEncoding.ToString()) || !context.Request.Path.StartsWithSegments("/services", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        Stream plain = context.Response.Body;
        await using (LazyGzip packed = new(context.Response, plain))
        {
            context.Response.Body = packed;
            await next(context);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        context.Response.Body = plain;
    }

    // A weight of zero is a refusal; nothing else about weights matters with one coding.
    private static bool Accepts(string header) => header.Split(',', StringSplitOptions.TrimEntries)
        .Any(part => part.Split(';', StringSplitOptions.TrimEntries) is [var name, .. var rest]
            && name.Equals(Gzip, StringComparison.OrdinalIgnoreCase) && !rest.Any(IsZeroWeight));

    private static bool IsZeroWeight(string option) => option.Replace(" ", "", StringComparison.Ordinal) is ['q', '=', .. var weight]
        && decimal.TryParse(weight, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) && value == 0;

    /// <summary>Announces the coding with the first byte, so that empty answers stay empty.</summary>
    private sealed class LazyGzip(HttpResponse response, Stream plain) : Stream
    {
        private GZipStream? _packed;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => _packed?.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => _packed?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Packed().Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            buffer.IsEmpty ? default : Packed().WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask DisposeAsync()
        {
            if (_packed is not null)
                await _packed.DisposeAsync();
            await base.DisposeAsync();
        }

        private GZipStream Packed()
        {
            if (_packed is not null)
                return _packed;
            if (!response.HasStarted)
            {
                response.Headers.ContentEncoding = Gzip;
                response.Headers.ContentLength = null;
            }
            return _packed = new GZipStream(plain, CompressionLevel.Fastest, leaveOpen: true);
        }
    }
}
