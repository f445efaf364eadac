using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Remembers which account and person a record hangs on, from the guard read just before its write. Saving a Task locks its parents, so
/// records are sent parent by parent, and in the
/// same order in every call: two calls never lock crosswise. Thread-safe.
/// </summary>
internal sealed class SalesforceParents
{
    // Several batches of the largest size; what is forgotten is sent in the order of ids.
    private const int Remembered = 20_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Account, string Person)> _known = new(StringComparer.Ordinal);

    /// <summary>Fields that name the parents.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["AccountId", "WhoId"];

    /// <summary>Takes the parents of a row.</summary>
    public void Learn(string id, JsonElement row)
    {
        var (account, person) = (row.Text("AccountId") ?? "", row.Text("WhoId") ?? "");
        if (account.Length == 0 && person.Length == 0)
            return;
        lock (_lock)
        {
            if (_known.Count >= Remembered)
                _known.Clear();
            _known[id] = (account, person);
        }
    }

    /// <summary>The writes by account, person and id.</summary>
    public IReadOnlyList<RecordWrite> Order(IReadOnlyList<RecordWrite> writes)
    {
        lock (_lock)
        {
            return
            [
                .. writes.Select(write => (Write: write, Parents: _known.GetValueOrDefault(SalesforceId.Normalise(write.ExternalId) ?? "", ("", ""))))
                    .OrderBy(item => item.Parents.Item1, StringComparer.Ordinal).ThenBy(item => item.Parents.Item2, StringComparer.Ordinal)
                    .ThenBy(item => item.Write.ExternalId, StringComparer.Ordinal)
                    .Select(item => item.Write),
            ];
        }
    }
}
