using CrmSync.Pipeline.Jobs;

namespace CrmSync.IntegrationTests.Engine;

public sealed class InProcessJobEngineTests : JobEngineContract
{
    private protected override Task<IJobEngine> CreateAsync(EngineOptions options) =>
        Task.FromResult<IJobEngine>(new InProcessJobEngine(options, TimeProvider.System));
}
