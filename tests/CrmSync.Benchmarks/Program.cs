using BenchmarkDotNet.Running;
using CrmSync.Benchmarks;

// dotnet run -c Release --project tests/CrmSync.Benchmarks -- --filter '*' --job short
BenchmarkSwitcher.FromAssembly(typeof(ClassifyBenchmark).Assembly).Run(args);
return 0;
