using System.Collections.Frozen;
using System.Text.Json;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Service.Console.Jobs;

/// <summary>Enumerations by the names under which the ledger stores them.</summary>
internal static class StoredNames
{
    private static readonly FrozenDictionary<string, RunKind> Runs =
        Enum.GetValues<RunKind>().ToFrozenDictionary(kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));

    /// <summary>The kind of run of a stored name.</summary>
    public static RunKind Run(string name) => Runs[name];
}
