using System.Text;
using System.Text.Json;
using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Writes error answers.</summary>
internal static class ApiErrorJson
{
    public static Task WriteAsync(HttpContext context, ApiError error, string correlationId)
    {
        context.Response.StatusCode = error.Status;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", error.OAuthStatus ?? "error");
            if (error.OAuthError is not null)
                json.WriteString("error", error.OAuthError);
            json.WriteText("message", error.Message);
            json.WriteString("correlationId", correlationId);
            json.WriteString("category", error.Category);
            WriteRest(json, error);
            json.WriteEndObject();
        });
    }

    /// <summary>An error as an item of a batch answer.</summary>
    public static void WriteItem(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteString("status", "error");
        json.WriteString("category", error.Category);
        json.WriteText("message", error.Message);
        WriteRest(json, error);
        json.WriteEndObject();
    }

    /// <summary>A 429; <paramref name="policy"/> is TEN_SECONDLY_ROLLING, DAILY or SECONDLY (fact sheet §5.1).</summary>
    public static Task WriteRateLimitAsync(HttpContext context, string policy, string correlationId, bool namesCategory)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", "error");
            json.WriteString("message", $"You have reached your {policy.ToLowerInvariant()} limit.");
            json.WriteString(namesCategory ? "category" : "errorType", namesCategory ? "RATE_LIMITS" : "RATE_LIMIT");
            json.WriteString("correlationId", correlationId);
            json.WriteString("policyName", policy);
            json.WriteString("requestId", correlationId);
            json.WriteEndObject();
        });
    }

    /// <summary>
    /// The body of an injected refusal: HubSpot's edge answers a bad gateway or a timeout with a page, its services with JSON.
    /// </summary>
    public static Task WriteFaultAsync(HttpContext context, Fault fault, string correlationId, bool namesCategory)
    {
        if (fault.Status == StatusCodes.Status429TooManyRequests)
        {
            var search = context.Request.Path.Value?.EndsWith("/search", StringComparison.Ordinal) == true;
            return WriteRateLimitAsync(context, fault.Code ?? (search ? RateGate.Secondly : RateGate.TenSecondly), correlationId,
                namesCategory);
        }
        if (fault.Status is 502 or 504 or (>= 520 and <= 524))
        {
            context.Response.ContentType = "text/html; charset=UTF-8";
            return context.Response.WriteAsync(
                $"<html><head><title>{fault.Status}</title></head><body><h1>Error {fault.Status}</h1></body></html>", Encoding.UTF8);
        }
        var error = fault.Status switch
        {
            401 => ApiErrors.NotAuthenticated(),
            403 => ApiErrors.MissingScopes("crm.objects.contacts.read"),
            423 => ApiErrors.Locked(),
            477 => new ApiError(477, "MIGRATION_IN_PROGRESS", "The data of this account is being moved; try again later."),
            503 => new ApiError(503, "SERVICE_UNAVAILABLE", "The service is unavailable."),
            >= 500 => new ApiError(fault.Status, "INTERNAL_ERROR", "internal error"),
            _ => new ApiError(fault.Status, "VALIDATION_ERROR", "There was a problem with the request."),
        };
        return WriteAsync(context, fault.Code is null ? error : error with { Category = fault.Code }, correlationId);
    }

    private static void WriteRest(Utf8JsonWriter json, ApiError error)
    {
        if (error.SubCategory is not null)
            json.WriteString("subCategory", error.SubCategory);
        if (error.Errors.Count > 0)
        {
            json.WriteStartArray("errors");
            foreach (var detail in error.Errors)
            {
                json.WriteStartObject();
                json.WriteText("message", detail.Message);
                if (detail.Code is not null)
                    json.WriteString("code", detail.Code);
                WriteContext(json, detail.Context);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        WriteContext(json, error.Context);
        if (error.Links is not null)
        {
            json.WriteStartObject("links");
            foreach (var (name, link) in error.Links)
                json.WriteString(name, link);
            json.WriteEndObject();
        }
    }

    private static void WriteContext(Utf8JsonWriter json, IReadOnlyDictionary<string, IReadOnlyList<string>>? context)
    {
        if (context is null)
            return;
        json.WriteStartObject("context");
        foreach (var (name, values) in context)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
