using CrmSync.IntegrationTests.Browser;
using CrmSync.IntegrationTests.Commands;
using CrmSync.IntegrationTests.Recovery;
using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Stories;
using CrmSync.IntegrationTests.Testing;
using CrmSync.IntegrationTests.WriteBack;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// Many of these tests wait for another process or for a back-off, not for this machine.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace CrmSync.IntegrationTests.Testing;

/// <summary>Begins with the collections that take longest: begun late, one of them alone would make everybody wait.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    // By what they took on two cores; all others end within two minutes.
    private static readonly string[] Long =
    [
        .. new[]
        {
            typeof(BrowserTests), typeof(FaultRunTests), typeof(FaultCrashTests), typeof(SegmentStoryTests), typeof(PostgresLedgerTests), typeof(SqliteLedgerTests), typeof(LastingFaultTests),
            typeof(WriteModeTests), typeof(WrongAccountTests), typeof(CommandTests), typeof(WriteBackStoryTests), typeof(DaySpentTests), typeof(ActStoryTests), typeof(NoteStoryTests),
        }.Select(type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is var at && at < 0 ? Long.Length : at)];
}
