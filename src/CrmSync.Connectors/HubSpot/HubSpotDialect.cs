using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Reads HubSpot's error bodies, of which every field is optional, and its rate-limit headers.</summary>
internal sealed class HubSpotDialect(QuotaGate gate, HubSpotAccount account, bool renewsTokens, TimeProvider time, Jitter jitter) : ICrmDialect
{
    private static readonly TimeSpan LongestMigration = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    /// <remarks>A static token does not expire: what is refused once stays refused until somebody puts another one in its place.</remarks>
    public bool IsExpiredSession(CrmAnswer answer) => renewsTokens && answer.Status == 401;

    /// <inheritdoc/>
    public void Observe(CrmAnswer answer)
    {
        var interval = answer.Number("X-HubSpot-RateLimit-Interval-Milliseconds");
        if (answer.Number("X-HubSpot-RateLimit-Max") is { } limit && interval is { } milliseconds)
            gate.Lower(QuotaBucket.Burst, limit, TimeSpan.FromMilliseconds(milliseconds));
        gate.Day.Observe(
            answer.Number("X-HubSpot-RateLimit-Daily"), answer.Number("X-HubSpot-RateLimit-Daily-Remaining"), time.GetUtcNow());
    }

    /// <inheritdoc/>
    public Failure Refuse(CrmAnswer answer, CrmCall call, CallPlace place)
    {
        var failure = answer.Status switch
        {
            400 => Invalid(answer.Body).At(place),
            401 => HubSpotFailures.TokenRefused.At(place),
            403 => Forbidden(answer.Body, place),
            404 => (answer.Body.Text("category") == "OBJECT_NOT_FOUND" ? HubSpotFailures.NotFound : HubSpotFailures.AddressWrong).At(place),
            405 => HubSpotFailures.AddressWrong.At(place),
            409 => HubSpotFailures.Conflict.At(place),
            410 => HubSpotFailures.VersionUnknown.At(place),
            413 or 414 => HubSpotFailures.TooLarge.At(place),
            423 => HubSpotFailures.Locked.At(place) with { NotBefore = In(TimeSpan.FromSeconds(2)) },
            429 => Limited(answer, call, place),
            477 => Migrating(answer, place),
            408 or >= 500 => (call.Kind == CallKind.Read ? HubSpotFailures.Unavailable : HubSpotFailures.UnavailableWrite).At(place),
            _ => HubSpotFailures.InvalidRequest.At(place),
        };
        return failure with
        {
            RemoteMessage = Scrub.Text(answer.Body.Text("message")),
            CorrelationId = Scrub.Text(answer.Body.Text("correlationId")),
        };
    }

    /// <summary>What an error item of a 207 answer means for its records.</summary>
    public static FailureKind Item(JsonElement error) => error.Text("category") switch
    {
        "OBJECT_NOT_FOUND" => HubSpotFailures.NotFound,
        "RATE_LIMITS" => HubSpotFailures.RateLimited,
        // Labels are no unique properties, so one row can only have met another change of itself.
        "CONFLICT" => HubSpotFailures.ChangedAtOnce,
        "VALIDATION_ERROR" => Invalid(error),
        _ => HubSpotFailures.WriteRefused,
    };

    private static FailureKind Invalid(JsonElement body)
    {
        // The code stands in errors[].code, or only inside the message's own JSON text.
        var words = string.Join(
            ' ', body.Items("errors").Select(error => $"{error.Text("code")} {error.Text("subCategory")} {error.Text("message")}")
                .Prepend($"{body.Text("subCategory")} {body.Text("message")}"));
        if (words.Contains("PROPERTY_DOESNT_EXIST", StringComparison.Ordinal))
            return HubSpotFailures.PropertyMissing;
        if (words.Contains("INVALID_OPTION", StringComparison.Ordinal))
            return HubSpotFailures.OptionMissing;
        // Text goes into ours, and numbers that are some: only a property that became another type refuses one so.
        if (words.Contains("INVALID_DOUBLE", StringComparison.Ordinal) || words.Contains("INVALID_LONG", StringComparison.Ordinal)
            || words.Contains("INVALID_INTEGER", StringComparison.Ordinal) || words.Contains("INVALID_DATE", StringComparison.Ordinal))
            return HubSpotFailures.PropertyUnsuitable;
        if (words.Contains("READ_ONLY_VALUE", StringComparison.Ordinal))
            return HubSpotFailures.PropertyReadOnly;
        if (words.Contains("CANNOT_DELETE_PROPERTY_IN_USE", StringComparison.Ordinal) || words.Contains("GROUP_WITH_ACTIVE_PROPERTIES", StringComparison.Ordinal))
            return HubSpotFailures.PropertyInUse;
        if (words.Contains("API version", StringComparison.OrdinalIgnoreCase))
            return HubSpotFailures.VersionUnknown;
        return words.Contains("MISSING_CONDITIONAL_REQUIRED_PROPERTY", StringComparison.Ordinal)
            || words.Contains("MISSING_REQUIRED_PROPERTY", StringComparison.Ordinal)
                ? HubSpotFailures.RuleRefused
                : HubSpotFailures.InvalidRequest;
    }

    private static Failure Forbidden(JsonElement body, CallPlace place)
    {
        var scopes = body.Items("errors")
            .SelectMany(error => error.Child("context").Items("requiredGranularScopes").Concat(error.Child("context").Items("requiredScopes")))
            .Select(scope => scope.Text())
            .OfType<string>()
            .Select(scope => Scrub.Text(scope))
            .Distinct()
            .Take(10)
            .ToList();
        if (scopes.Count > 0)
            return HubSpotFailures.ScopeMissing.At(place, string.Join(", ", scopes));
        return (body.Text("category") == "MISSING_SCOPES" ? HubSpotFailures.ScopeMissing : HubSpotFailures.AccessRefused).At(place);
    }

    private Failure Limited(CrmAnswer answer, CrmCall call, CallPlace place)
    {
        var policy = answer.Body.Text("policyName") ?? "";
        var message = answer.Body.Text("message") ?? "";
        if (policy == "DAILY" || (policy.Length == 0 && message.Contains("daily limit", StringComparison.OrdinalIgnoreCase)))
        {
            var reset = account.NextReset(time.GetUtcNow());
            gate.Day.Close(reset);
            return HubSpotFailures.DailyLimited.At(place) with { NotBefore = reset };
        }

        var search = policy == "SECONDLY"
            || (policy.Length == 0 && (call.Bucket == QuotaBucket.Search || message.Contains("secondly limit", StringComparison.OrdinalIgnoreCase)));
        // Retry-After is documented for 477 alone; here it is taken only where it is sane.
        var named = answer.Number("Retry-After") is { } seconds and > 0 and <= 120 ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var until = In(named ?? TimeSpan.FromSeconds(search ? 1 : 10));
        gate.Close(search ? QuotaBucket.Search : QuotaBucket.Burst, until);
        return (search ? HubSpotFailures.SearchLimited : HubSpotFailures.RateLimited).At(place) with { NotBefore = until };
    }

    private Failure Migrating(CrmAnswer answer, CallPlace place)
    {
        var seconds = answer.Number("Retry-After") ?? 3600;
        var until = In(TimeSpan.FromSeconds(Math.Clamp(seconds, 1, (long)LongestMigration.TotalSeconds)));
        gate.CloseAll(until);
        return HubSpotFailures.Migrating.At(place) with { NotBefore = until };
    }

    // Up to a tenth more, so that waiting callers do not come back at the same instant.
    private DateTimeOffset In(TimeSpan wait) => time.GetUtcNow() + (wait * (1 + (jitter.Next() / 10)));
}
