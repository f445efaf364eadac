namespace CrmSync.Service.Api;

/// <summary>A way in which the API says no. The code is permanent.</summary>
/// <param name="Code">Permanent code.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">What happened, as one sentence.</param>
/// <param name="Fix">The way out.</param>
internal sealed record ApiError(string Code, int Status, string Title, string Fix);

/// <summary>Every way in which the API says no.</summary>
internal static class ApiErrors
{
    public static readonly ApiError NoKey = new("api.no_key", 401, "The request has no key.", "Send the header \"Authorization: Bearer crmsync_…\"; 'crmsync keys create' makes a key.");
    public static readonly ApiError UnknownKey = new("api.unknown_key", 401, "The key is not one of this service.", "Check that it was copied whole; 'crmsync keys' lists the keys that there are.");
    public static readonly ApiError ExpiredKey = new("api.expired_key", 401, "The key has expired.", "Make another with 'crmsync keys create'.");
    public static readonly ApiError RevokedKey = new("api.revoked_key", 401, "The key was revoked.", "Make another with 'crmsync keys create', if you may.");
    public static readonly ApiError WrongRole = new("api.wrong_role", 403, "The key may not do this.", "Use a key with the role that is named.");
    public static readonly ApiError TooMany = new("api.too_many_requests", 429, "The key has sent too many requests.", "Wait as long as Retry-After says; CrmSync:Api:RequestsPerMinute sets the rate.");
    public static readonly ApiError NoRoute = new("api.no_route", 404, "There is nothing under this address.", "See /api/v1/openapi.json for what there is.");
    public static readonly ApiError NotFound = new("api.not_found", 404, "The ledger has no such row.", "Take the id from a list.");
    public static readonly ApiError NoConnection = new("api.no_connection", 404, "The ledger knows no such connection.", "Take the key from GET /api/v1/connections.");
    public static readonly ApiError BadParameter = new("api.bad_parameter", 400, "A part of the query cannot be used.", "Correct or remove the part that is named.");
    public static readonly ApiError BadCursor = new("api.bad_cursor", 400, "The cursor does not belong to this list with this filter.", "Pass \"next\" of the last page with the same filter, or start without a cursor.");
    public static readonly ApiError BadBody = new("api.bad_body", 400, "The body cannot be used.", "Send one JSON object as /api/v1/openapi.json describes it.");
    public static readonly ApiError TooLarge = new("api.body_too_large", 413, "The body is larger than 64 kB.", "Send a filter instead of a list of rows.");
    public static readonly ApiError Conflict = new("api.conflict", 409, "The request does not fit the state that things are in.", "Read the state again, then decide anew.");
    public static readonly ApiError KeyReused = new("api.idempotency_key_reused", 422, "The Idempotency-Key was sent before with another request.", "Give every request a key of its own; repeat a request with its own key.");
    public static readonly ApiError Refused = new("api.refused", 422, "What is asked cannot be done.", "See the detail.");
    public static readonly ApiError NoLedger = new("api.ledger_unavailable", 503, "The ledger cannot be reached.", "Try again in a moment; the detail says what is wrong.");
    public static readonly ApiError Unexpected = new("api.unexpected", 500, "Something happened that nobody foresaw.", "Try again; if it stays, the service's log has the details under the trace id.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ApiError> All { get; } =
    [
        NoKey, UnknownKey, ExpiredKey, RevokedKey, WrongRole, TooMany, NoRoute, NotFound, NoConnection, BadParameter, BadCursor, BadBody, TooLarge, Conflict, KeyReused, Refused, NoLedger,
        Unexpected,
    ];
}

/// <summary>A request that cannot be met, for a reason that its sender can mend; becomes an answer at the group's edge.</summary>
internal sealed class ApiRefusal(ApiError error, string? detail = null) : Exception(detail ?? error.Title)
{
    public ApiError Error => error;

    public string? Detail => detail;
}
