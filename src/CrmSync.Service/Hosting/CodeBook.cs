using System.Collections.Frozen;
using CrmSync.Connectors;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Service.Hosting;

/// <summary>The registry of codes, by code.</summary>
internal static class CodeBook
{
    private static readonly FrozenDictionary<string, FailureCode> Codes = PipelineCodes.All.Concat(FailureCatalog.All).ToFrozenDictionary(code => code.Code, StringComparer.Ordinal);

    /// <summary>The way out for a code; null where there is none to tell.</summary>
    public static string? FixOf(string? code) => code is not null && Codes.TryGetValue(code, out var known) ? known.Fix : null;
}
