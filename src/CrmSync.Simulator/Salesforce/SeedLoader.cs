using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Trouble;
using CrmSync.Simulator.Seed;

namespace CrmSync.Simulator.Salesforce;

/// <summary>Writes a seed world into an org, as reps, tools and integrations would have.</summary>
internal sealed class SeedLoader(SalesforceOrg org, SalesforceSimulatorOptions options)
{
    private readonly SeedExtras _extras = new(org, options);
    private readonly List<string> _users = [];
    private readonly List<string> _accounts = [];
    private readonly List<string> _contacts = [];
    private readonly List<string> _opportunities = [];

    /// <summary>Loads all; the caller holds the org's gate.</summary>
    public void Load(SeedWorld world, bool archive)
    {
        if (_users.Count > 0)
            throw new InvalidOperationException("A world is loaded already; start another simulator for another world.");
        DateTimeOffset begun = Begun(world);
        _extras.Remember(world);
        foreach (SeedOwner owner in world.Owners)
            _users.Add(AddUser(owner, begun));
        foreach (SeedCompany company in world.Companies)
            _accounts.Add(AddAccount(company, begun));
        foreach (SeedContact contact in world.Contacts)
            _contacts.Add(AddContact(contact, world.Companies[contact.Company].Owner, begun));
        foreach (SeedDeal deal in world.Deals)
            _opportunities.Add(AddOpportunity(deal));
        _extras.AddLeads(_users, begun);
        _extras.AddNotes(world, _users, _accounts, _opportunities);
        foreach (SeedActivity activity in world.Activities)
            Add(activity, org.Birth(_users[activity.Owner], activity.OccurredAt));
        if (archive)
            Archive();
    }

    /// <summary>Adds one activity; the caller holds the org's gate.</summary>
    /// <exception cref="InvalidOperationException">No world with the activity's owner is loaded.</exception>
    public SalesforceRow Add(SeedActivity activity, WriteStamp by)
    {
        bool meeting = activity.Type == "meeting";
        List<FieldValue> values =
        [
            new("OwnerId", _users[activity.Owner]),
            new("WhoId", At(_contacts, activity.Contact)),
            new("WhatId", At(_opportunities, activity.Deal) ?? At(_accounts, activity.Company)),
            new("Subject", SalesforceText.Fit(activity.Subject, 255)),
            new("Description", activity.Body.Length == 0 ? null : SalesforceText.Fit(activity.Body, StandardFields.LongTextLength)),
            .. meeting ? MeetingFields(activity) : TaskFields(activity),
        ];
        SalesforceRow row = org.Insert(org[meeting ? "Event" : "Task"], values, by, activity.SourceId);
        if (activity.Type == "email")
            _extras.AddMail(activity, row, by);
        return row;
    }

    /// <summary>The stamp of a rep who logs an activity.</summary>
    public WriteStamp AsOwner(SeedActivity activity, DateTime at) => activity.Owner < _users.Count
        ? new WriteStamp(Actor.Person, _users[activity.Owner], at)
        : throw new InvalidOperationException(
            $"Activity {activity.SourceId} names owner {activity.Owner}, but {_users.Count} are loaded; load its world first.");

    private static IEnumerable<FieldValue> MeetingFields(SeedActivity activity)
    {
        DateTimeOffset start = activity.StartsAt ?? activity.OccurredAt;
        DateTimeOffset end = activity.EndsAt ?? start + (activity.Duration ?? TimeSpan.FromMinutes(30));
        return
        [
            new("StartDateTime", SalesforceText.WholeSecond(start)), new("EndDateTime", SalesforceText.WholeSecond(end)), new("Type", "Meeting"),
        ];
    }

    private static IEnumerable<FieldValue> TaskFields(SeedActivity activity)
    {
        bool call = activity.Type == "call";
        return
        [
            new("TaskSubtype", activity.Type switch { "call" => "Call", "email" => "Email", _ => "Task" }),
            new("Type", activity.Type switch { "call" => "Call", "email" => "Email", "note" => "Note", _ => null }),
            new("Status", TaskStatus(activity.Status)),
            new("Priority", "Normal"),
            new("ActivityDate", DateOnly.FromDateTime(activity.OccurredAt.UtcDateTime)),
            new("CallType", !call ? null : activity.Direction switch { "inbound" => "Inbound", "outbound" => "Outbound", _ => null }),
            new("CallDisposition", call ? activity.Disposition : null),
            new("CallDurationInSeconds", call && activity.Duration is { } length ? decimal.Floor((decimal)length.TotalSeconds) : null),
        ];
    }

    private static string TaskStatus(string? status) => status switch
    {
        "NOT_STARTED" => "Not Started",
        "IN_PROGRESS" => "In Progress",
        "WAITING" => "Waiting on someone else",
        "DEFERRED" => "Deferred",
        _ => "Completed",
    };

    private string AddUser(SeedOwner owner, DateTimeOffset at) => org.Insert(
        org["User"],
        [
            new("FirstName", owner.FirstName), new("LastName", owner.LastName), new("Email", owner.Email), new("Username", owner.Email),
            new("Department", owner.Team), new("Division", owner.Region), new("IsActive", true), new("UserType", "Standard"),
            new("UserRoleId", _extras.RoleOf(owner, at)),
        ],
        org.Birth(org.IntegrationUserId, at)).Id;

    private string AddAccount(SeedCompany company, DateTimeOffset at) => org.Insert(
        org["Account"],
        [
            new("Name", company.Name), new("Website", $"https://{company.Domain}"), new("Industry", company.Industry),
            new("NumberOfEmployees", (decimal)company.Employees), new("BillingCity", company.City), new("BillingCountry", company.Country),
            new("AnnualRevenue", SeedExtras.RevenueOf(company)), new("OwnerId", _users[company.Owner]),
        ],
        org.Birth(_users[company.Owner], at)).Id;

    private string AddContact(SeedContact contact, int owner, DateTimeOffset at) => org.Insert(
        org["Contact"],
        [
            new("AccountId", _accounts[contact.Company]), new("FirstName", contact.FirstName), new("LastName", contact.LastName),
            new("Email", contact.Email), new("Title", contact.JobTitle), new("Phone", contact.Phone), new("OwnerId", _users[owner]),
        ],
        org.Birth(_users[owner], at)).Id;

    private string AddOpportunity(SeedDeal deal)
    {
        SalesforceRow? row = null;
        string owner = _users[deal.Owner];
        IReadOnlyList<SeedStageChange> stages = deal.Stages.Count > 0 ? deal.Stages : [new SeedStageChange("Discovery", deal.CreatedAt)];
        foreach (SeedStageChange change in stages)
        {
            WriteStamp by = org.Birth(owner, row is null ? deal.CreatedAt : change.At);
            SalesforceRow? before = row;
            row = before is not null
                ? org.Update(before, [new("StageName", change.Stage)], by)
                : org.Insert(
                    org["Opportunity"],
                    [
                        new("AccountId", _accounts[deal.Company]), new("Name", SalesforceText.Fit(deal.Name, 120)), new("Amount", deal.Amount),
                        new("CloseDate", DateOnly.FromDateTime(deal.CloseDate.UtcDateTime)), new("StageName", change.Stage), new("OwnerId", owner),
                        new("Description", deal.ClosedReason),
                    ],
                    by);
        }

        _extras.AddRole(row!.Id, _contacts[deal.Contact], org.Birth(owner, deal.CreatedAt));
        return row.Id;
    }

    private void Archive()
    {
        foreach (SalesforceTable table in org.Tables.Where(table => table.IsActivity))
        {
            foreach (SalesforceRow row in table.Between(DateTime.MinValue, DateTime.MaxValue, descending: false).ToList())
            {
                if (DerivedFields.IsArchived(row, org.Now))
                    RecordFates.Archive(row);
            }
        }
    }

    private DateTimeOffset Begun(SeedWorld world) =>
        world.Activities.Select(a => a.OccurredAt).Concat(world.Deals.Select(d => d.CreatedAt)).DefaultIfEmpty(new DateTimeOffset(org.Now)).Min();

    private static string? At(List<string> ids, int? index) => index is int i ? ids[i] : null;
}
