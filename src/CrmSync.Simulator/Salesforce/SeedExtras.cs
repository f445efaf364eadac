using System.Globalization;
using System.Net;
using System.Text;
using CrmSync.Simulator.Pages;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Seed;

namespace CrmSync.Simulator.Salesforce;

/// <summary>
/// What a world does not say and an org still has: roles, leads, notes, contact roles, the EmailMessage of a mail. Derived from the world and
/// the seed alone, so the same world gives the same org. The caller holds the org's gate.
/// </summary>
internal sealed class SeedExtras(SalesforceOrg org, SalesforceSimulatorOptions options)
{
    private const string Open = "Open";
    private static readonly string[] Notes =
    [
        "<p>Budget is set in March; the plant manager signs below 20,000.</p>", "<p>They compare us with one rival. Data export decides.</p>",
        "<p>Champion moved to another site; ask who follows.</p>", "<p>Pilot went well, two open points on training.</p>",
    ];

    private SeedWorld? _world;

    public void Remember(SeedWorld world) => _world = world;

    public static decimal RevenueOf(SeedCompany company) => company.Employees * 145_000m;

    /// <summary>The role of a rep, "Team, Region"; made when the first rep has it.</summary>
    public string RoleOf(SeedOwner owner, DateTimeOffset at)
    {
        string name = $"{owner.Team}, {owner.Region}";
        SalesforceTable roles = org["UserRole"];
        return roles.NewestFirst().FirstOrDefault(role => role.Text("Name") == name)?.Id ?? org.Insert(
            roles,
            [new("Name", name), new("DeveloperName", name.Replace(", ", "_", StringComparison.Ordinal).Replace(' ', '_')), new("RollupDescription", name)],
            org.Birth(org.IntegrationUserId, at)).Id;
    }

    public void AddLeads(List<string> users, DateTimeOffset at)
    {
        for (int i = 0; i < options.Leads && users.Count > 0; i++)
        {
            SeedRandom random = new(SeedRandom.Mix((ulong)options.Seed, 11, (ulong)i));
            string first = random.Pick(InventedNames.First), last = random.Pick(InventedNames.Last), company = $"{random.Pick(InventedNames.Last)} Works";
            org.Insert(
                org["Lead"],
                [
                    new("FirstName", first), new("LastName", last), new("Company", company), new("Title", random.Pick(InventedNames.Titles)),
                    new("Email", $"{first}.{last}@{company.Split(' ')[0]}.example".ToLowerInvariant()), new("Status", Open), new("LeadSource", "Web"),
                    new("NumberOfEmployees", (decimal)random.Between(10, 900)), new("OwnerId", random.Pick(users)),
                ],
                org.Birth(users[i % users.Count], at));
        }
    }

    public void AddNotes(SeedWorld world, List<string> users, List<string> accounts, List<string> opportunities)
    {
        for (int i = 0; i < (options.EnhancedNotes ? options.ContentNotes : 0) && world.Companies.Count > 0; i++)
        {
            SeedDeal? deal = world.Deals.Count > 0 && i % 2 == 0 ? world.Deals[i / 2 % world.Deals.Count] : null;
            int company = deal?.Company ?? i % world.Companies.Count;
            string owner = users[deal?.Owner ?? world.Companies[company].Owner];
            WriteStamp by = org.Birth(owner, deal?.CreatedAt);
            string html = Notes[i % Notes.Length];
            SalesforceRow note = org.Insert(
                org["ContentNote"],
                [
                    new("Title", string.Create(CultureInfo.InvariantCulture, $"Note {i + 1} on {world.Companies[company].Name}")),
                    new("Content", Convert.ToBase64String(Encoding.UTF8.GetBytes(html))), new("OwnerId", owner),
                ],
                by);
            string linked = deal is null ? accounts[company] : opportunities[i / 2 % world.Deals.Count];
            foreach (string target in new[] { linked, owner })
            {
                org.Insert(
                    org["ContentDocumentLink"],
                    [new("ContentDocumentId", note.Id), new("LinkedEntityId", target), new("ShareType", target == owner ? "I" : "V"), new("Visibility", "AllUsers")],
                    by);
            }
        }
    }

    public void AddRole(string opportunity, string contact, WriteStamp by) => org.Insert(
        org["OpportunityContactRole"],
        [new("OpportunityId", opportunity), new("ContactId", contact), new("Role", "Decision Maker"), new("IsPrimary", true)],
        by);

    /// <summary>The EmailMessage beside a mail's task, for the share of mails that Enhanced Email stored.</summary>
    public void AddMail(SeedActivity activity, SalesforceRow task, WriteStamp by)
    {
        bool pair = options is { HasEmailMessage: true, EnhancedEmail: true }
            && new SeedRandom(SeedRandom.Mix((ulong)options.Seed, 12, Hash(task.Id))).Chance(options.EnhancedEmailPercent);
        if (!pair || _world is not { } world)
            return;
        SeedOwner rep = world.Owners[activity.Owner];
        SeedContact? contact = activity.Contact is int who ? world.Contacts[who] : null;
        string buyer = contact?.Email ?? "unknown@buyer.example";
        bool incoming = activity.Direction == "inbound";
        bool html = PlainText.LooksLikeHtml(activity.Body);
        org.Insert(
            org["EmailMessage"],
            [
                new("ActivityId", task.Id), new("RelatedToId", task["WhatId"]), new("Subject", SalesforceText.Fit(activity.Subject, 3_000)),
                new("TextBody", SalesforceText.Fit(html ? PlainText.Of(activity.Body) : activity.Body, StandardFields.LongTextLength)),
                new("HtmlBody", html ? activity.Body : $"<p>{WebUtility.HtmlEncode(activity.Body)}</p>"),
                new("FromAddress", incoming ? buyer : rep.Email), new("FromName", incoming ? contact?.LastName : $"{rep.FirstName} {rep.LastName}"),
                new("ToAddress", incoming ? rep.Email : buyer), new("Incoming", incoming), new("Status", incoming ? "1" : options.EmailStatus.Sent),
                new("MessageDate", SalesforceText.WholeSecond(activity.OccurredAt)), new("MessageIdentifier", $"<{task.Id}@sim.example>"),
                new("ThreadIdentifier", $"<{task.Text("WhatId") ?? task.Id}@sim.example>"), new("IsClientManaged", true), new("IsExternallyVisible", true),
            ],
            by,
            activity.SourceId);
    }

    private static ulong Hash(string id) => id.Aggregate(14_695_981_039_346_656_037UL, (hash, letter) => unchecked((hash ^ letter) * 1_099_511_628_211UL));
}
