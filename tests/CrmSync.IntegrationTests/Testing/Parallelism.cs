using Xunit;

// Many of these tests wait for another process or for a back-off, not for this machine.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]
