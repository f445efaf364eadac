using System.Diagnostics;
using System.Globalization;
using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Search;
using CrmSync.Service.Demo;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrmSync.Benchmarks.Pages;

/// <summary>The product's own host on a large ledger, without schedules: nobody polls, everything else works as usual. One click signs in, as in the demo.</summary>
internal static class PageHost
{
    /// <summary>The argument that makes this program the host.</summary>
    public const string Word = "pages-host";

    /// <summary>The argument that leaves index and judgements as they are.</summary>
    public const string AsIs = "--as-is";

    /// <summary>Keys of a ledger on a server, in a folder that is this user's own.</summary>
    public static string KeyFile => Path.Combine(Directory.CreateDirectory(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "crmsync-pages")).FullName, "master.keys");

    /// <summary>Runs until it is killed; says where its console is.</summary>
    /// <param name="ledger">A file, or a connection string.</param>
    /// <param name="asIs">Whether the index of words and the judgements of deals stay as they are instead of being brought up to date first, which takes minutes.</param>
    public static async Task RunAsync(string ledger, bool asIs)
    {
        var isFile = File.Exists(ledger);
        var nowhere = new Uri("http://127.0.0.1:9/");
        var settings = new ServiceSettings
        {
            Ledger = isFile ? new LedgerSettings { File = ledger } : new LedgerSettings { ConnectionString = ledger, MasterKeyFile = KeyFile },
            Console = { Port = FreePort() },
            Connections =
            [
                new ConnectionSettings { Key = "hubspot-main", Kind = "hubspot", Name = "HubSpot Europe", WriteMode = WriteMode.Approve, HubSpot = new HubSpotOptions { BaseAddress = nowhere, Token = "none" } },
                new ConnectionSettings { Key = "salesforce-main", Kind = "salesforce", Name = "Salesforce US", WriteMode = WriteMode.Approve, Salesforce = new SalesforceOptions { LoginAddress = nowhere, ClientId = "none", ClientSecret = "none" } },
            ],
        };
        await using var opened = await HostFactory.OpenLedgerAsync(settings, asHost: true, CancellationToken.None);
        await using var app = HostFactory.Create(settings, opened, new HostShape { WithSchedules = false, LogLevel = LogLevel.Critical });
        DemoDoor.Map(app);
        await app.StartAsync();
        await app.Services.GetRequiredService<WorkerState>().Started;
        if (!asIs)
            await CatchUpAsync(app.Services);
        Console.WriteLine(HostFactory.AddressOf(app));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
    }

    // What a host with schedules does little by little.
    private static async Task CatchUpAsync(IServiceProvider services)
    {
        var watch = Stopwatch.StartNew();
        var index = services.GetRequiredService<ISearchIndex>();
        while (await index.TakeInAsync(2_000, CancellationToken.None) > 0)
        {
            // The next ones.
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Words indexed in {watch.Elapsed.TotalSeconds:0} s."));
        var book = services.GetRequiredService<HonestyBook>();
        await book.UpdateAsync(TimeSpan.FromHours(1), CancellationToken.None);
        await book.CountLooseAsync(CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Deals judged after {watch.Elapsed.TotalSeconds:0} s."));
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
