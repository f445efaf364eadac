using System.Text.Json;
using CrmSync.Simulator.HubSpot.Faults;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>The frame around the results of a batch (fact sheet §4): 207 as soon as one input failed.</summary>
internal sealed class BatchAnswer(Portal portal, HubSpotSimulatorOptions options)
{
    public Task WriteAsync(ApiCall call, int allDone, IReadOnlyList<ApiError> errors, Action<Utf8JsonWriter> writeResults)
    {
        var at = HubSpotTime.Format(portal.Now);
        return call.AnswerAsync(errors.Count > 0 ? 207 : allDone, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            writeResults(json);
            json.WriteEndArray();
            if (errors.Count > 0)
            {
                json.WriteNumber("numErrors", errors.Count);
                json.WriteStartArray("errors");
                foreach (var error in errors)
                    ApiErrorJson.WriteItem(json, error);
                json.WriteEndArray();
            }
            json.WriteString("requestedAt", at);
            json.WriteString("startedAt", at);
            json.WriteString("completedAt", at);
            json.WriteEndObject();
        });
    }

    /// <summary>Answers records, in an order that has nothing to do with the inputs.</summary>
    public Task WriteRecordsAsync(ApiCall call, int allDone, RecordJson records, List<BatchedRecord> done, IReadOnlyList<ApiError> errors)
    {
        Shuffle(done, d => d.Record.Id);
        if (done.Count > 1 && call.Meets(DialCode.OtherOrder))
            done.Reverse();
        return WriteAsync(call, allDone, errors, json =>
        {
            foreach (var one in done)
                records.Write(json, one.Record, one.Record.Current, one.View, one.TraceId, one.IsNew);
        });
    }

    /// <summary>
    /// Puts results into an order that has nothing to do with the inputs, yet is the same for the same inputs however calls overlap.
    /// </summary>
    public void Shuffle<T>(List<T> results, Func<T, long> id)
    {
        if (results.Count < 2)
            return;
        var random = new Random(unchecked((int)(options.Seed + (id(results[0]) * 31) + id(results[^1]) + results.Count)));
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(results));
    }
}
