using CrmSync.Engine;
using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.IntegrationTests.Engine;

public sealed class QuartzJobEngineTests : JobEngineContract
{
    private protected override Task<IJobEngine> CreateAsync(EngineOptions options) => Task.FromResult<IJobEngine>(
        new QuartzJobEngine(options, QuartzStore.InMemory, TimeProvider.System, NullLoggerFactory.Instance));
}
