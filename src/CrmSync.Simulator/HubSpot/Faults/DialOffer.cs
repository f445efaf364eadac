using System.Globalization;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Faults;

/// <summary>Offers HubSpot's own dials on a board, with what begins and heals the lasting ones.</summary>
internal sealed class DialOffer(FaultBoard board, Portal portal, TokenGate tokens, DailyQuota quota)
{
    private const long HourInSeconds = 3_600;
    private readonly PropertyFaults _properties = new(portal);

    public void Make(HubSpotSimulatorOptions options)
    {
        Lasting(DialCode.DailyQuota, "429 DAILY to every call until the account's midnight", null, _ => quota.Exhaust());
        Transient(DialCode.TokenExpires, "401 EXPIRED_AUTHENTICATION in the middle of reading; an issued token stays expired", null);
        Lasting(DialCode.GrantRevoked, "Refresh tokens are revoked (400 BAD_REFRESH_TOKEN) and issued access tokens end", null,
            _ => tokens.ExpireIssued());
        Lasting(DialCode.GrantRotates, "Each refresh gives a new refresh token; the second use of an old one is refused", null, null);
        Lasting(DialCode.ScopeRemoved, "A scope is taken from every token (403 MISSING_SCOPES)",
            "scope; crm.objects.contacts.read where none is named", null);
        Transient(DialCode.BatchRejected, "400 to a whole batch write because of one row",
            "record id of the bad row; none rejects any batch of two rows or more");
        Transient(DialCode.RowsFail, "207: a third of the rows of a batch write fail",
            "error category of the rows; CONFLICT where none is named");
        Transient(DialCode.OtherOrder, "Rows of a page or a batch come in another order", null);
        Transient(DialCode.RowsTwice, "Rows come twice, within a page and again on the next", null);
        Transient(DialCode.BackDated, "A write is stamped with a last-modified instant in the past", "seconds; 3600 where none are named",
            setting => SecondsOf(setting));
        Lasting(DialCode.IndexLags, "Search lags behind", "seconds; 3600 where none are named",
            setting => portal.SetIndexLag(TimeSpan.FromSeconds(SecondsOf(setting))), () => portal.SetIndexLag(options.IndexLag));
        Transient(DialCode.RowsOutside, "A search page holds a row that its filters rule out", null);
        Lasting(DialCode.BulkTouch, "HubSpot stamps all records of a type with one last-modified instant, once",
            "object type; all activities where none is named", Touch);
        Transient(DialCode.EditedMeanwhile, "A person edits one of the records just before our write",
            "property that the person sets; the text where none is named");
        Transient(DialCode.GoneMeanwhile, "A person deletes or merges one of the records just before our write",
            "archive or merge; archive where none is named");
        Lasting(DialCode.PropertyBroken, "A property is deleted, or gets another type", "object type/property or object type/property/new type",
            setting => _properties.Break(setting.Target), () => _properties.Heal(DialCode.PropertyBroken));
        Lasting(DialCode.OptionRemoved, "An option of a property is removed", "object type/property/option value",
            setting => _properties.RemoveOption(setting.Target), () => _properties.Heal(DialCode.OptionRemoved));
        Lasting(DialCode.WriteBarred, "A property becomes read-only, or required on every write under 2026-09",
            "object type/property or object type/property/required",
            setting => _properties.Bar(setting.Target), () => _properties.Heal(DialCode.WriteBarred));
        Transient(DialCode.ValueNormalised, "A value is stored otherwise than it was written: text in lower case, numbers with two decimals",
            null);
        Lasting(DialCode.OtherPortal, "The tokens belong to another, empty account", null, null);
        portal.BackDating = BackDating;
    }

    /// <summary>Seconds that a dial names, 3,600 where it names none.</summary>
    private static long SecondsOf(DialSetting setting) => setting.Target is null ? HourInSeconds
        : long.TryParse(setting.Target, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds
        : throw new ArgumentException($"\"{setting.Target}\" is no number of seconds; write one from 0 on.", nameof(setting));

    private long BackDating() => board.On(DialCode.BackDated) is { } setting && board.Draw(DialCode.BackDated, "", "", "")
        ? SecondsOf(setting) * 1_000 : 0;

    private void Touch(DialSetting setting)
    {
        var types = setting.Target is null ? HubSpotObjectType.All.Where(t => t.IsActivity) : [HubSpotObjectType.Get(setting.Target)];
        var now = portal.Now;
        foreach (var type in types)
        {
            var rows = portal.Table(type).Rows;
            portal.Touch(rows.Records.Take(rows.Count).Where(r => r.Current.ArchivedAt is null), now);
        }
    }

    private void Transient(string code, string title, string? target, Action<DialSetting>? begin = null) =>
        Offer(new FaultDial(code, title, FaultLength.Transient) { TargetHint = target }, begin, null);

    private void Lasting(string code, string title, string? target, Action<DialSetting>? begin, Action? heal = null) =>
        Offer(new FaultDial(code, title, FaultLength.Lasting) { TargetHint = target }, begin, heal);

    private void Offer(FaultDial dial, Action<DialSetting>? begin, Action? heal) =>
        board.Offer(dial, begin is null ? null : setting =>
        {
            try
            {
                begin(setting);
            }
            catch (ArgumentException)
            {
                // A target that names nothing leaves the dial off.
                board.Heal(dial.Code);
                throw;
            }
        }, heal);
}
