using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Reads Salesforce's two error vocabularies (whole request, single record) and its limit header.</summary>
internal sealed class SalesforceDialect(QuotaGate gate, TimeProvider time, Jitter jitter) : ICrmDialect
{
    private const string LockError = "UNABLE_TO_LOCK_ROW";
    private static readonly TimeSpan ApprovalWait = TimeSpan.FromHours(4);

    /// <summary>How long to leave an org alone whose 24 hours are used up: they roll, so room comes back bit by bit.</summary>
    public static readonly TimeSpan DailyWait = TimeSpan.FromMinutes(15);

    private long _dailyLimit;

    /// <summary>The org's requests of 24 hours, as the answers name it; null before the first answer.</summary>
    public long? DailyLimit => Interlocked.Read(ref _dailyLimit) is > 0 and var limit ? limit : null;

    /// <inheritdoc/>
    public bool IsExpiredSession(CrmAnswer answer)
    {
        if (answer.Status != 401)
            return false;
        var error = First(answer.Body);
        // These two come with the same code, but another session would be refused just so.
        var message = error.Text("message") ?? "";
        return error.Text("errorCode") == "INVALID_SESSION_ID"
            && !message.Contains("not valid for use with the REST API", StringComparison.OrdinalIgnoreCase)
            && !message.Contains("not attached to Agent", StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public void Observe(CrmAnswer answer)
    {
        // "api-usage=18/5000; api-bursts=1/750": read by key, because parts come and go.
        foreach (var part in (answer.Header("Sforce-Limit-Info") ?? "").Split([';', ',']))
        {
            var pair = part.Trim().Split('=', 2);
            if (pair is not ["api-usage", var usage])
                continue;
            var numbers = usage.Split('/', 2);
            if (numbers.Length == 2 && Parse(numbers[0]) is { } used && Parse(numbers[1]) is > 0 and var limit)
            {
                Interlocked.Exchange(ref _dailyLimit, limit);
                gate.Day.Observe(limit, Math.Max(0, limit - used), time.GetUtcNow());
            }
        }
    }

    /// <inheritdoc/>
    public Failure Refuse(CrmAnswer answer, CrmCall call, CallPlace place)
    {
        var error = First(answer.Body);
        var message = error.Text("message");
        var code = error.Text("errorCode");
        var kind = Kind(answer.Status, code ?? "", message ?? "", call.Kind);
        var failure = kind.At(place) with { RemoteMessage = Words(code, message) };
        if (kind == SalesforceFailures.DailyLimited)
        {
            var until = time.GetUtcNow() + DailyWait;
            gate.Day.Close(until);
            return failure with { NotBefore = until };
        }

        if (kind != SalesforceFailures.ConcurrentLimited)
            return failure;
        // Long requests last; a 429 comes from something in front of the org and says itself how long it means.
        var seconds = answer.Status == 429 ? answer.Number("Retry-After") is > 0 and <= 120 and var named ? named : 2 : 5 + (5 * jitter.Next());
        var soon = time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        gate.CloseAll(soon);
        return failure with { NotBefore = soon };
    }

    /// <summary>What the errors of one record in a collections answer mean.</summary>
    public Failure Record(JsonElement result, CallPlace place)
    {
        // Several rules may have refused at once; the one that passes by itself decides last.
        var errors = result.Items("errors").Select(error => (Code: error.Text("statusCode"), Message: error.Text("message") ?? "")).ToList();
        var (code, message) = errors.OrderBy(error => RecordKind(error.Code, error.Message).Category == FailureCategory.Retry).FirstOrDefault();
        return Record(code, message ?? "", place);
    }

    /// <summary>What a refusal of one record means.</summary>
    /// <param name="code">Salesforce's code.</param>
    /// <param name="message">Its words.</param>
    /// <param name="place">Where.</param>
    public Failure Record(string? code, string message, CallPlace place)
    {
        var kind = RecordKind(code, message);
        return kind.At(place) with
        {
            RemoteMessage = Words(code, message),
            NotBefore = kind == SalesforceFailures.InApproval ? time.GetUtcNow() + ApprovalWait : null,
        };
    }

    private static FailureKind RecordKind(string? code, string message) => code switch
    {
        LockError => SalesforceFailures.Locked,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" when IsPassing(message) => SalesforceFailures.Locked,
        // Salesforce's own trouble with one record, which it did not save; the others of the call it did.
        "UNKNOWN_EXCEPTION" => SalesforceFailures.Unavailable,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" or "FIELD_CUSTOM_VALIDATION_EXCEPTION" => SalesforceFailures.RuleRefused,
        "ENTITY_IS_LOCKED" => SalesforceFailures.InApproval,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" => SalesforceFailures.OptionMissing,
        "INVALID_FIELD" => SalesforceFailures.FieldMissing,
        "INVALID_FIELD_FOR_INSERT_UPDATE" => SalesforceFailures.FieldNotEditable,
        "INSUFFICIENT_ACCESS_OR_READONLY" or "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" => SalesforceFailures.RecordAccessRefused,
        "ENTITY_IS_DELETED" or "NOT_FOUND" or "MALFORMED_ID" or "INVALID_CROSS_REFERENCE_KEY" => SalesforceFailures.Gone,
        "ALL_OR_NONE_OPERATION_ROLLED_BACK" => SalesforceFailures.BulkNotProcessed,
        // STRING_TOO_LONG, REQUIRED_FIELD_MISSING, DUPLICATE_VALUE and whatever else: the data has to change.
        _ => SalesforceFailures.WriteRefused,
    };

    // An org's Apex wraps what happened to it: a lock, or one of the limits that a crowded transaction runs into.
    private static bool IsPassing(string message) =>
        message.Contains(LockError, StringComparison.Ordinal) || message.Contains("LIMIT_EXCEEDED", StringComparison.Ordinal)
        || message.Contains("LimitException", StringComparison.Ordinal);

    private static FailureKind Kind(int status, string code, string message, CallKind kind) => (status, code) switch
    {
        // Passing, whatever words come with it: the day's limit is told with 403.
        (429, _) => SalesforceFailures.ConcurrentLimited,
        (_, "REQUEST_LIMIT_EXCEEDED") => message.Contains("Concurrent", StringComparison.OrdinalIgnoreCase)
            ? SalesforceFailures.ConcurrentLimited
            : SalesforceFailures.DailyLimited,
        (_, "EXCEEDED_QUOTA" or "API_BULK_QUERY_LIMIT_EXCEEDED") => SalesforceFailures.BulkSpent,
        (_, "API_DISABLED_FOR_ORG" or "API_CURRENTLY_DISABLED") => SalesforceFailures.ApiDisabled,
        (_, "TXN_SECURITY_METERING_ERROR") => SalesforceFailures.PolicyRefused,
        (_, "QUERY_TIMEOUT") => SalesforceFailures.QueryTimeout,
        (_, "INVALID_QUERY_LOCATOR" or "QUERY_LOCATOR_EXPIRED") => SalesforceFailures.LocatorLost,
        (400, "INVALID_FIELD") => SalesforceFailures.FieldMissing,
        (400 or 404, "INVALID_TYPE") or (404, "NOT_FOUND") => SalesforceFailures.ObjectMissing,
        (400, LockError) => SalesforceFailures.Locked,
        (401, _) => SalesforceFailures.SessionRefused,
        (403, _) => SalesforceFailures.AccessRefused,
        (404 or 405, _) => SalesforceFailures.AddressWrong,
        (409 or 412, _) => SalesforceFailures.Conflict,
        (410, _) => SalesforceFailures.VersionRetired,
        (413 or 414 or 431, _) => SalesforceFailures.TooLarge,
        // 406 and 420 with empty or HTML bodies have been met in busy orgs; so has every 5xx.
        (406 or 408 or 420 or >= 500, _) => kind == CallKind.Read ? SalesforceFailures.Unavailable : SalesforceFailures.UnavailableWrite,
        _ => SalesforceFailures.InvalidRequest,
    };

    // The code comes first, because it is what an administrator can search for.
    private static string? Words(string? code, string? message) => Scrub.Text(code is null ? message : $"{code}: {message}");

    private static JsonElement First(JsonElement body) => body.ValueKind == JsonValueKind.Object ? body : body.Items().FirstOrDefault();

    private static long? Parse(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
