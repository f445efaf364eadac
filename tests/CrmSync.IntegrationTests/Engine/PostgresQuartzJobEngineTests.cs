using CrmSync.Engine;
using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Engine;

/// <summary>The contract on Quartz's clustered store. Needs a PostgreSQL database, named by an Npgsql connection string in the environment.</summary>
public sealed class PostgresQuartzJobEngineTests(PostgresQuartzJobEngineTests.OwnSchema schema)
    : JobEngineContract, IClassFixture<PostgresQuartzJobEngineTests.OwnSchema>
{
    private const string Variable = "CRMSYNC_TEST_POSTGRES";
    private readonly string _cluster = $"test-{Guid.NewGuid():N}";

    public override ValueTask InitializeAsync()
    {
        Assert.SkipWhen(schema.ConnectionString is null, $"{Variable} is not set; set it to an Npgsql connection string to run this on PostgreSQL.");
        return base.InitializeAsync();
    }

    [Fact]
    public async Task Enqueue_NodeThatAskedStops_AnotherNodeRunsTheBatch()
    {
        var calls = new RecordingCallbacks();
        var first = await CreateAsync(new EngineOptions());
        await first.StartAsync(new RecordingCallbacks(), Token);
        await first.EnqueueAsync(new EngineJob(77, JobQueue.Poll, TimeProvider.System.GetUtcNow().AddSeconds(5)), Token);
        await first.StopAsync(Token);

        // The contract's own engine is a node of this cluster too and stops here, so that the batch can only come to the last one.
        await DisposeAsync();
        await using var second = (QuartzJobEngine)await CreateAsync(new EngineOptions());
        await second.StartAsync(calls, Token);

        (await calls.NextBatchAsync()).BatchId.ShouldBe(77);
    }

    private protected override Task<IJobEngine> CreateAsync(EngineOptions options) => Task.FromResult<IJobEngine>(new QuartzJobEngine(
        options, QuartzStore.Postgres(schema.ConnectionString!, _cluster), TimeProvider.System, NullLoggerFactory.Instance));

    /// <summary>A database schema that lives as long as the test class.</summary>
    public sealed class OwnSchema : IAsyncLifetime
    {
        private readonly string _name = $"engine_{Guid.NewGuid():N}";
        private readonly string? _server = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : null;

        public string? ConnectionString { get; private set; }

        public async ValueTask InitializeAsync()
        {
            if (_server is null)
                return;
            await RunAsync($"CREATE SCHEMA {_name}");
            ConnectionString = new NpgsqlConnectionStringBuilder(_server) { SearchPath = _name }.ConnectionString;
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
                await RunAsync($"DROP SCHEMA {_name} CASCADE");
        }

        private async Task RunAsync(string sql)
        {
            await using var source = NpgsqlDataSource.Create(_server!);
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
