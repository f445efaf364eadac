using System.Text.RegularExpressions;
using CrmSync.Connectors;
using CrmSync.Connectors.Alerts;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Retention;

namespace CrmSync.Service.Settings;

/// <summary>
/// Reads the settings from appsettings.json (working folder, else beside the program), a file named by <c>--config</c>, user secrets and environment
/// variables (<c>CrmSync__Connections__0__HubSpot__Token</c>), the later ones winning.
/// </summary>
internal static partial class SettingsReader
{
    public static ServiceSettings Read(string? configFile)
    {
        var builder = new ConfigurationBuilder();
        foreach (var file in Files(configFile))
            builder.AddJsonFile(file, optional: false, reloadOnChange: false);
        builder.AddUserSecrets(typeof(SettingsReader).Assembly, optional: true);
        builder.AddEnvironmentVariables();
        try
        {
            return Bind(builder.Build());
        }
        catch (InvalidDataException fault)
        {
            throw new SettingsException($"A settings file is not valid JSON: {fault.Message} {fault.GetBaseException().Message} Correct the line and start again.");
        }
    }

    /// <summary>Binds and checks; every fault is named at once where it can be.</summary>
    public static ServiceSettings Bind(IConfiguration configuration)
    {
        ServiceSettings settings;
        try
        {
            settings = configuration.GetSection(ServiceSettings.Section)
                .Get<ServiceSettings>(options => options.ErrorOnUnknownConfiguration = true) ?? new ServiceSettings();
        }
        catch (InvalidOperationException fault)
        {
            throw new SettingsException(Explain(fault));
        }

        var faults = Check(settings).ToList();
        return faults.Count == 0 ? settings : throw new SettingsException(faults);
    }

    private static IEnumerable<string> Files(string? configFile)
    {
        var local = Path.Combine(Environment.CurrentDirectory, "appsettings.json");
        var shipped = Path.Combine(AppContext.BaseDirectory, "appsettings.json");
        if (File.Exists(local))
            yield return local;
        else if (File.Exists(shipped))
            yield return shipped;
        if (configFile is null)
            yield break;
        var full = Path.GetFullPath(configFile);
        if (!File.Exists(full))
            throw new SettingsException($"--config names {full}, which does not exist; give the path of a settings file.");
        yield return full;
    }

    private static IEnumerable<string> Check(ServiceSettings settings)
    {
        const string at = ServiceSettings.Section;
        foreach (var fault in settings.Console.Faults($"{at}:Console").Concat(settings.SignIn.Faults($"{at}:SignIn")).Concat(settings.SignOn.Faults($"{at}:SignOn")))
            yield return fault;
        foreach (var (name, text) in new[]
        {
            ("Fresh", settings.Polling.Fresh), ("Settled", settings.Polling.Settled), ("ReachBack", settings.Polling.ReachBack),
            ("Records", settings.Polling.Records), ("Links", settings.Polling.Links), ("Gone", settings.Polling.Gone),
        })
        {
            if (!Recurrence.TryParse(text, settings.Polling.Zone, out _, out var fault))
                yield return $"{at}:Polling:{name} cannot be used: {fault}";
        }
        if (settings.Polling.Settle < TimeSpan.Zero || settings.Polling.Settle > TimeSpan.FromHours(1))
            yield return $"{at}:Polling:Settle is {settings.Polling.Settle}; give 00:00:00 to 01:00:00.";
        if (settings.Polling.Overlap < TimeSpan.Zero || settings.Polling.Overlap > TimeSpan.FromDays(1))
            yield return $"{at}:Polling:Overlap is {settings.Polling.Overlap}; give 00:00:00 to 1.00:00:00.";
        if (!Recurrence.TryParse(settings.Reconcile.Rhythm, settings.Polling.Zone, out _, out var rhythmFault))
            yield return $"{at}:Reconcile:Rhythm cannot be used: {rhythmFault}";
        if (!Recurrence.TryParse(settings.Segments.Assign, settings.Polling.Zone, out _, out var assignFault))
            yield return $"{at}:Segments:Assign cannot be used: {assignFault}";
        if (settings.Segments.Search.Length > 0 && !Recurrence.TryParse(settings.Segments.Search, settings.Polling.Zone, out _, out var searchFault))
            yield return $"{at}:Segments:Search cannot be used: {searchFault}";
        if (settings.Segments.Learn.Length > 0 && !Recurrence.TryParse(settings.Segments.Learn, settings.Polling.Zone, out _, out var learnFault))
            yield return $"{at}:Segments:Learn cannot be used: {learnFault}";
        foreach (var (name, count) in new[]
        {
            (nameof(SegmentSettings.ForSpecialist), settings.Segments.ForSpecialist), (nameof(SegmentSettings.ForQuote), settings.Segments.ForQuote),
            (nameof(SegmentSettings.ForStatistic), settings.Segments.ForStatistic),
        })
        {
            if (count < 1)
                yield return $"{at}:Segments:{name} is {count}; give a number from 1.";
        }
        if (settings.Segments.BriefTokens is < 100 or > 100_000)
            yield return $"{at}:Segments:BriefTokens is {settings.Segments.BriefTokens}; give 100 to 100000.";
        if (settings.Segments.ContextTokens is < 2_000 or > 1_000_000)
            yield return $"{at}:Segments:ContextTokens is {settings.Segments.ContextTokens}; give 2000 to 1000000.";
        if (settings.Reconcile.Lag < TimeSpan.Zero || settings.Reconcile.Lag > TimeSpan.FromDays(7))
            yield return $"{at}:Reconcile:Lag is {settings.Reconcile.Lag}; give 00:00:00 to 7.00:00:00.";
        if (settings.Reconcile.Labels < -1)
            yield return $"{at}:Reconcile:Labels is {settings.Reconcile.Labels}; give a number of labels, 0 for none or -1 for all.";
        if (settings.Webhooks.PublicAddress is { Length: > 0 } address
            && !(Uri.TryCreate(address, UriKind.Absolute, out var known) && (known.Scheme == Uri.UriSchemeHttps || known.IsLoopback)))
            yield return $"{at}:Webhooks:PublicAddress is '{address}'; give the https address under which the CRM reaches us, such as https://crmsync.example.com.";
        if (settings.Queues.LookAgainAfter < TimeSpan.FromSeconds(1) || settings.Queues.LookAgainAfter > TimeSpan.FromDays(1))
            yield return $"{at}:Queues:LookAgainAfter is {settings.Queues.LookAgainAfter}; give 00:00:01 to 1.00:00:00.";
        if (settings.Queues.RetryAfter < TimeSpan.FromMilliseconds(100) || settings.Queues.RetryAfter > TimeSpan.FromHours(1))
            yield return $"{at}:Queues:RetryAfter is {settings.Queues.RetryAfter}; give 00:00:00.1 to 01:00:00.";
        if (settings.WriteBack.SettleNotesAfter < TimeSpan.Zero || settings.WriteBack.SettleNotesAfter > TimeSpan.FromMinutes(10))
            yield return $"{at}:WriteBack:SettleNotesAfter is {settings.WriteBack.SettleNotesAfter}; give 00:00:00 to 00:10:00.";
        if (settings.Queues.Tries is < 1 or > 100)
            yield return $"{at}:Queues:Tries is {settings.Queues.Tries}; give 1 to 100.";
        if (settings.Api.RequestsPerMinute is < 1 or > 100_000)
            yield return $"{at}:Api:RequestsPerMinute is {settings.Api.RequestsPerMinute}; give 1 to 100000.";
        foreach (var fault in settings.Outbound.ToOptions().Faults($"{at}:Outbound"))
            yield return fault;
        foreach (var fault in settings.Queues.ToOptions().Faults())
            yield return $"{at}:Queues: {fault}";
        foreach (var fault in settings.Classification.Faults())
            yield return $"{at}:Classification:{fault}";
        foreach (var fault in settings.Classification.Hosted.EndpointFaults($"{at}:Classification:Hosted"))
            yield return fault;
        foreach (var fault in settings.Alerts.ToOptions(settings.Classification.Hosted).Faults())
            yield return $"{at}:Alerts:{fault}";
        foreach (var fault in AlertChannelOptions.Faults(settings.Alerts.Channels, settings.Outbound.ToOptions(), $"{at}:Alerts:Channels"))
            yield return fault;
        foreach (var fault in RetentionRules.Faults(settings.Retention))
            yield return $"{at}:Retention:{fault}";
        foreach (var fault in CheckConnections(settings.Connections))
            yield return fault;
    }

    private static IEnumerable<string> CheckConnections(List<ConnectionSettings> connections)
    {
        foreach (var fault in ConnectionOptions.Validate([.. connections.Select(connection => connection.ToOptions())]))
            yield return $"{ServiceSettings.Section}:{fault}";
        foreach (var (index, connection) in connections.Index())
        {
            if (connection.BackfillDays is < 0 or > 3650)
                yield return $"{ServiceSettings.Section}:Connections:{index}:BackfillDays is {connection.BackfillDays}; give 0 to 3650.";
        }
    }

    // The binder's own words name the class it filled; a reader needs the setting.
    private static string Explain(InvalidOperationException fault)
    {
        var unknown = UnknownSetting().Match(fault.Message);
        return unknown.Success
            ? $"The configuration has a setting that CrmSync does not know: {unknown.Groups["names"].Value} (under {Section(unknown.Groups["type"].Value)}). Correct the name or remove it; README.md lists the settings."
            : $"A setting has a value of the wrong kind: {fault.Message} {fault.InnerException?.Message}";
    }

    // "CrmSync.Service.Settings.PollingSettings" is what a reader knows as CrmSync:Polling.
    private static string Section(string type) => type[(type.LastIndexOf('.') + 1)..] switch
    {
        nameof(ServiceSettings) => ServiceSettings.Section,
        nameof(HostedSettings) => $"{ServiceSettings.Section}:Classification:Hosted",
        nameof(PriceSettings) => $"{ServiceSettings.Section}:Classification:Hosted:Price",
        var name when name.EndsWith("Settings", StringComparison.Ordinal) => $"{ServiceSettings.Section}:{name[..^"Settings".Length]}",
        var name => $"a connection's {name}",
    };

    [GeneratedRegex(@"not found on the instance of (?<type>[^:]+): (?<names>.+)$", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex UnknownSetting();
}
