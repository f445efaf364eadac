using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>What a batch read says about the records that it was asked for. Pure.</summary>
internal static class HubSpotBatchAnswer
{
    /// <summary>The live records among the asked ones; a failure where the answer does not tell about all of them.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="ids">What was asked for.</param>
    /// <param name="place">What the call was for.</param>
    public static Result<List<JsonElement>> Records(CrmAnswer answer, IReadOnlyCollection<string> ids, CallPlace place)
    {
        // An answer without the list would make every record look deleted.
        if (!answer.Body.HasItems("results"))
            return HttpFailures.Unreadable.At(place);
        foreach (var error in answer.Body.Items("errors"))
        {
            // Missing records are simply absent; anything else must not look like "deleted".
            if (error.Text("category") != "OBJECT_NOT_FOUND")
                return HubSpotFailures.ReadIncomplete.At(place) with { RemoteMessage = Scrub.Text(error.Text("message")) };
        }

        // A merged record answers with the id of the one that it ended in: what was asked for is not there any more.
        return answer.Body.Items("results").Where(record => record.Filled("id") is { } id && ids.Contains(id) && !record.IsTrue("archived")).ToList();
    }
}
