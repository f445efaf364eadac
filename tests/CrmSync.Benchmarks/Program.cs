using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using CrmSync.Benchmarks;
using CrmSync.Benchmarks.Pages;
using CrmSync.Benchmarks.Redaction;
using CrmSync.Benchmarks.Segments;

// dotnet run -c Release --project tests/CrmSync.Benchmarks -- backfill 100000 hubspot quotas
if (args is ["backfill", ..])
{
    await Backfill.RunAsync(BackfillOptions.Parse(args.AsSpan(1)));
    return 0;
}

// dotnet run -c Release --project tests/CrmSync.Benchmarks -- acts 100000
if (args is ["acts", ..])
{
    await Acts.RunAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 100_000);
    return 0;
}

// dotnet run -c Release --project tests/CrmSync.Benchmarks -- pages 1000000 --ledger /var/tmp/million.db
if (args is ["pages", ..])
{
    await PageBenchmark.RunAsync(PageOptions.Parse(args.AsSpan(1)));
    return 0;
}
if (args is [PageHost.Word, var ledger, ..])
{
    await PageHost.RunAsync(ledger, asIs: args is [.., PageHost.AsIs]);
    return 0;
}

// dotnet run -c Release --project tests/CrmSync.Benchmarks -- segments ledger 1000000 --ledger /var/tmp/million.db
if (args is ["segments", "ledger", ..])
{
    await LedgerBenchmark.RunAsync(PageOptions.Parse(args.AsSpan(2)));
    return 0;
}

// dotnet run -c Release --project tests/CrmSync.Benchmarks -- segments quick|full|scale
if (args is ["segments", ..])
{
    await SegmentBenchmark.RunAsync(args[1..]);
    return 0;
}

// dotnet run -c Release --project tests/CrmSync.Benchmarks -- redaction
if (args is ["redaction", ..])
{
    RedactionBenchmark.Run(args[1..]);
    return 0;
}

// dotnet run -c Release --project tests/CrmSync.Benchmarks -- --filter '*'
// In process, because this BenchmarkDotNet cannot build projects for .NET 10 by itself.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(ClassifyBenchmark).Assembly).Run(args, config);
return 0;
