using CrmSync.IntegrationTests.Browser;
using CrmSync.IntegrationTests.Recovery;
using CrmSync.IntegrationTests.Testing;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// Many of these tests wait for another process or for a back-off, not for this machine.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace CrmSync.IntegrationTests.Testing;

/// <summary>Begins with the collections that take longest: begun late, one of them alone would make everybody wait.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [typeof(FaultCrashTests).FullName!, typeof(FaultRunTests).FullName!, typeof(BrowserTests).FullName!];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is var at && at < 0 ? Long.Length : at)];
}
