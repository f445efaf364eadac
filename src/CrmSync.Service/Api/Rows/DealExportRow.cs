using System.Globalization;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api.Rows;

/// <summary>A deal with what is reported about it and what its activities show.</summary>
/// <param name="DealId">Id in the ledger.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="RecordType">The CRM's object type.</param>
/// <param name="RecordId">The CRM's id.</param>
/// <param name="Name">Name of the deal.</param>
/// <param name="Rep">Key of the rep, one for a person in two CRMs.</param>
/// <param name="RepName">Name of the rep.</param>
/// <param name="Team">Team or role.</param>
/// <param name="Region">Country or region.</param>
/// <param name="CloseDate">Day on which it closed or is to close.</param>
/// <param name="CrmStage">The stage as the CRM names it.</param>
/// <param name="Reported">The stage of ours that it stands for.</param>
/// <param name="ReportedSince">Since when.</param>
/// <param name="Shown">The stage that its activities show.</param>
/// <param name="ShownSince">Since when.</param>
/// <param name="Confidence">0 to 1: how sure the surest activity that shows it is.</param>
/// <param name="Verdict">How the two stand to each other.</param>
/// <param name="Sentence">The same in words.</param>
/// <param name="DisagreesSince">Since when they disagree.</param>
/// <param name="ClaimsUnshown">Whether it claims a negotiation or a sale that no activity shows.</param>
/// <param name="Currency">ISO 4217 code, where the CRM says one.</param>
/// <param name="Amount">Amount in that currency.</param>
/// <param name="Activities">How many activities it has.</param>
/// <param name="LastActivityAt">When the newest took place.</param>
/// <param name="LastEngagedAt">When the newest took place in which the other side took part.</param>
/// <param name="Evidence">Ids of the activities to look at.</param>
internal sealed record DealExportRow(
    string DealId, string Connection, string RecordType, string RecordId, string Name, string? Rep, string? RepName, string? Team, string? Region, string? CloseDate, string? CrmStage,
    string? Reported, DateTimeOffset? ReportedSince, string? Shown, DateTimeOffset? ShownSince, double? Confidence, string Verdict, string Sentence, DateTimeOffset? DisagreesSince,
    bool ClaimsUnshown, string? Currency, decimal? Amount, long Activities, DateTimeOffset? LastActivityAt, DateTimeOffset? LastEngagedAt, string Evidence)
{
    public static DealExportRow Of(DealRow row) => new(
        row.DealId.Text(), row.Connection, row.ObjectType, row.ExternalId, row.Name, Filled(row.Rep), Filled(row.RepName), Filled(row.Team), Filled(row.Region), row.CloseDate, row.CrmStage,
        row.Reported, row.ReportedAt.Instant(), row.Shown, row.ShownAt.Instant(), row.Confidence, row.Verdict, HonestyWords.Sentence(row), row.DisagreesAt.Instant(),
        row.ClaimsUnshown == 1, Filled(row.Currency), row.HasAmount == 1 ? row.Cents / 100m : null, row.Activities, Past(row.LastActivityAt), Past(row.LastEngagedAt),
        string.Join(' ', row.Evidence.Select(item => item.Activity.ToString(CultureInfo.InvariantCulture))));

    private static string? Filled(string text) => text.Length > 0 ? text : null;

    private static DateTimeOffset? Past(long at) => at > 0 ? at.Instant() : null;
}
