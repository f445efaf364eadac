using System.Reflection;
using CrmSync.Connectors;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class FailureCatalogTests
{
    private static readonly IReadOnlyList<FailureCode> All = [.. FailureCatalog.All, .. PipelineCodes.All];

    [Fact]
    public void All_EveryKindThatAConnectorDefines_IsListed()
    {
        var defined = typeof(FailureCatalog).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(FailureKind))
            .Select(field => ((FailureKind)field.GetValue(null)!).Code)
            .ToList();
        defined.Count.ShouldBeGreaterThan(30);
        defined.Except(FailureCatalog.All.Select(code => code.Code)).ShouldBeEmpty();
    }

    [Fact]
    public void All_Codes_AreThereOnceWithSentenceAndWayOut()
    {
        All.GroupBy(code => code.Code).Where(group => group.Count() > 1).Select(group => group.Key).ShouldBeEmpty();
        foreach (var code in All)
        {
            code.Sentence.ShouldNotBeNullOrWhiteSpace(code.Code);
            code.Sentence.EndsWith('.').ShouldBeFalse(code.Code);
            code.Fix.EndsWith('.').ShouldBeTrue(code.Code);
        }
    }
}
