using System.CommandLine;
using System.Globalization;
using CrmSync.Connectors;
using CrmSync.Pipeline.Erasure;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync erase</c>: takes the personal data of a person or an activity out of the ledger, and keeps it out. Safe to repeat.</summary>
internal static class EraseCommand
{
    public static Command Create()
    {
        var connection = new Option<string>("--connection") { Description = "Key of the connection", Required = true, HelpName = "KEY" };
        var record = new Option<string>("--record")
        {
            Description = "Type and id in the CRM, such as contacts/501 or Task/00T5e000003BzGjEAK; of a person, all linked activities lose their texts, too",
            Required = true, HelpName = "TYPE/ID",
        };
        var reason = new Option<string?>("--reason") { Description = "Why; it stands in the audit for years, so name no person in it", HelpName = "TEXT" };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would go, and change nothing" };
        var command = new Command("erase", "Erases the personal data of a person or an activity, and keeps it from coming back") { connection, record, reason, dry };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection)!, parsed.GetValue(record)!, parsed.GetValue(reason),
            parsed.GetValue(dry), token)));
        return command;
    }

    private static async Task<int> RunAsync(
        ServiceSettings settings, string key, string record, string? reason, bool isDry, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var connection = await ConnectionChoice.FindAsync(ledger, key, cancellationToken);
        var (type, id) = Parse(record, connection);
        var request = new ErasureRequest(connection, type, id, Environment.UserName) { Reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim() };
        var result = isDry ? await ledger.ForecastErasureAsync(request, cancellationToken) : await ledger.EraseAsync(request, cancellationToken);
        if (!result.Succeeded)
            throw new UsageException($"{result.Failure.Message} {result.Failure.Fix}");
        foreach (var line in Describe(result.Value, $"{type}/{id}", isDry, ledger.Dialect))
            System.Console.WriteLine(line);
        return CommandLine.Done;
    }

    private static (string Type, string Id) Parse(string record, Connection connection)
    {
        var slash = record.IndexOf('/', StringComparison.Ordinal);
        if (slash < 1 || slash == record.Length - 1)
            throw new UsageException($"--record is '{record}'; give type and id with a slash between them, such as contacts/501.");
        var (type, id) = (record[..slash], record[(slash + 1)..]);
        return connection.Kind switch
        {
            // The ledger keeps Salesforce's ids in 18 characters and HubSpot's as plain numbers; anything else would find nothing and still look like success.
            ConnectionKinds.Salesforce when id.Length != 18 => throw new UsageException(
                $"'{id}' is not the 18-character form of a Salesforce id; take it from the record's page of the API, or from 'activities' in the console."),
            ConnectionKinds.HubSpot when !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _) => throw new UsageException(
                $"'{id}' is no HubSpot id; it is the number at the end of the record's address."),
            _ => (type, id),
        };
    }

    /// <summary>What happened, or would, in sentences.</summary>
    public static IEnumerable<string> Describe(ErasureReport report, string record, bool isDry, LedgerDialect dialect)
    {
        var would = isDry ? "Would erase" : "Erased";
        var person = report.Person ? "name, title and address of the person; " : "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{would} of {record}: {person}{report.Activities:N0} activities' texts, {report.LearningTexts:N0} texts kept to learn from, {report.HostedReasons:N0} sentences of the hosted model.");
        if (report.IsRepeat)
            yield return "It had been erased before; what is named above came since, or was left when that was stopped.";
        if (!report.Person && report.Activities == 0 && !report.IsRepeat)
            yield return isDry ? "The ledger holds nothing of it; check type and id." : "The ledger held nothing of it; from now on it is kept out. Check type and id if that surprises.";
        if (report.Withdrawn > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{report.Withdrawn:N0} writes that waited {(isDry ? "would be" : "were")} withdrawn.");
        if (report.UnderWay > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{report.UnderWay:N0} writes are under way; each ends with its label, which is no personal data.");
        if (report.Notes > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{(report.Notes == 1 ? "1 note of a brief stands" : $"{report.Notes:N0} notes of briefs stand")} in the CRM about the same accounts. What they say may speak of it, and nothing is taken away there unasked: 'crmsync brief --take-back BRIEF' or the brief's page takes a note back.");
        }
        if (isDry)
            yield break;
        yield return dialect == LedgerDialect.Postgres
            ? "PostgreSQL keeps the old bytes until it vacuums these tables (VACUUM activity_text, correction_text, hosted_reason, crm_person, outcome), and its archives and backups keep theirs."
            : report.BytesGone
                ? "The bytes are gone from the database's files; copies of the file that you made keep theirs."
                : "A reader held the database's log; its bytes go when the log starts anew, at the latest when the host is restarted. Copies of the file that you made keep theirs.";
    }
}
