using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace CrmSync.Service.Api.Access;

/// <summary>How many requests a key may send: a bucket of a minute's worth that fills evenly, by the process's own clock. Requests without a key share one per address.</summary>
internal static class ApiRate
{
    public static void Configure(RateLimiterOptions options, int perMinute)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            context.Request.Path.StartsWithSegments(ApiSetup.Root, StringComparison.Ordinal)
                ? RateLimitPartition.GetTokenBucketLimiter(
                    ApiDoor.KeyOf(context) is { } key ? $"key/{key.Id}" : $"address/{context.Connection.RemoteIpAddress}", _ => Bucket(perMinute))
                : RateLimitPartition.GetNoLimiter(""));
        options.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var given) ? given : TimeSpan.FromSeconds(1);
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await Problems.WriteAsync(rejected.HttpContext, ApiErrors.TooMany, $"At most {perMinute} requests a minute; the next one is free in {seconds} s.");
        };
    }

    private static TokenBucketRateLimiterOptions Bucket(int perMinute)
    {
        var atOnce = Math.Max(1, perMinute / 60);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute, TokensPerPeriod = atOnce, ReplenishmentPeriod = TimeSpan.FromMinutes((double)atOnce / perMinute), QueueLimit = 0,
        };
    }
}
