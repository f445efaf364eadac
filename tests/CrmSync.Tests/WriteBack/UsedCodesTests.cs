using System.Text.RegularExpressions;
using CrmSync.Connectors;
using CrmSync.Pipeline.Jobs;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

/// <summary>Every code that the pipeline or the ledger puts beside a row is in the registry, with a sentence and a way out.</summary>
public sealed partial class UsedCodesTests
{
    [Fact]
    public void Code_WrittenAnywhereInPipelineOrStorage_IsInTheRegistry()
    {
        var used = new[] { "src/CrmSync.Pipeline", "src/CrmSync.Storage" }
            .SelectMany(folder => Directory.EnumerateFiles(RepositoryFolder.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Literal().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value))
            .ToHashSet();
        used.Count.ShouldBeGreaterThan(30);
        var known = FailureCatalog.All.Concat(PipelineCodes.All).Select(code => code.Code).ToHashSet();
        used.Except(known).ShouldBeEmpty();
    }

    // Words that begin like a code of rows; actions of the audit begin otherwise.
    [GeneratedRegex("""["'](?<code>(?:act|undo|write|record|activity|batch|classify|pipeline)\.[a-z_]+|retries_exhausted|newer_decision|decision_withdrawn|target_moved)["']""", RegexOptions.NonBacktracking)]
    private static partial Regex Literal();
}
