using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Tells mails without a body from mails whose body HubSpot withholds. A key without sales-email-read may get 403, or mails whose body fields are blank; decided as
/// blank, they would all get a wrong label. Thread-safe.
/// </summary>
internal sealed class HubSpotMailBodies(HubSpotClient client, string key, ILogger logger)
{
    /// <summary>Code under which withheld mails are left out.</summary>
    public const string Withheld = "email_body_withheld";

    private static readonly string[] Fields = ["hs_email_text", "hs_email_html"];

    /// <summary>Whether the blank mails among some are blank because their bodies are withheld. Asks HubSpot only where no mail at all has a body.</summary>
    public async Task<Result<bool>> AreWithheldAsync(HubSpotScanType type, IReadOnlyList<JsonElement> mails, CancellationToken token)
    {
        if (mails.Count == 0 || mails.Any(mail => !IsBlank(mail)))
            return false;
        // A mail that the index knows to have a body shows whether bodies come; where it knows none, the bodies are hidden from the index, too.
        var probe = await client.SearchFilledAsync(type with { Properties = Fields }, Fields[0], window: null, 0, 1, token);
        if (!probe.Succeeded)
            return probe.Failure.Category == FailureCategory.Reject ? true : probe.Failure;
        var withheld = !probe.Value.Body.Items("results").Any(mail => !IsBlank(mail));
        if (withheld)
            HubSpotLog.BodiesWithheld(logger, key, mails.Count);
        return withheld;
    }

    /// <summary>Whether a mail came without a body.</summary>
    public static bool IsBlank(JsonElement mail) => Fields.All(field => mail.Child("properties").Filled(field) is null);
}
