using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.Seed;

namespace CrmSync.Simulator.HubSpot.World;

/// <summary>
/// Turns a seed world into records. Everything is stamped with the world's own times; nothing of an author's truth goes in.
/// </summary>
internal sealed class WorldLoader(Portal portal, HubSpotSimulatorOptions options)
{
    private readonly ActivityMapping _mapping = new(portal);
    private readonly List<CrmRecord> _companies = [];
    private readonly List<CrmRecord> _contacts = [];
    private readonly List<CrmRecord> _deals = [];
    private readonly Dictionary<int, List<SeedDeal>> _dealsOfContact = [];
    private SeedWorld? _world;

    /// <summary>Loads a world into the portal.</summary>
    /// <exception cref="InvalidOperationException">A world is loaded already.</exception>
    public void Load(SeedWorld world)
    {
        if (_world is not null)
            throw new InvalidOperationException("The simulated HubSpot holds a world already; start another simulator for another world.");
        _world = world;

        var start = Earliest(world) - TimeSpan.FromDays(30);
        var stamp = start.ToUnixTimeMilliseconds();
        var firstOwner = 70_000_000L + Math.Abs(options.Seed % 9_000) * 1_000;
        // Behind the reps of the world stands one who has left: still an owner by id, no user any more.
        portal.Owners =
        [
            .. world.Owners.Select((o, i) =>
                new Owner(firstOwner + i * 7, 28_600_000 + i * 13, o.FirstName, o.LastName, o.Email, o.Team, stamp)),
            new Owner(firstOwner + world.Owners.Count * 7, 28_600_000 + world.Owners.Count * 13, "Ottilie", "Brandvold",
                "ottilie.brandvold@northwick.example", "", stamp) { Archived = true },
        ];
        foreach (var deal in world.Deals)
            Listed(deal.Contact).Add(deal);
        portal.Labels.Define(HubSpotObjectType.Deals, HubSpotObjectType.Contacts, "decision_maker", "Decision maker", "Decides on");
        portal.Labels.Define(HubSpotObjectType.Contacts, HubSpotObjectType.Companies, "billing_contact", "Billing contact", null);

        foreach (var company in world.Companies)
            _companies.Add(AddCompany(company, stamp));
        foreach (var contact in world.Contacts)
            _contacts.Add(AddContact(contact, _contacts.Count, world, stamp));
        foreach (var deal in world.Deals)
            _deals.Add(AddDeal(deal));
        foreach (var activity in world.Activities)
            Add(activity, activity.OccurredAt.ToUnixTimeMilliseconds(), "seed");
    }

    /// <summary>Adds an activity; <paramref name="at"/> null stamps it with now.</summary>
    public CrmRecord Add(SeedActivity activity, long? at, string by)
    {
        var type = ActivityMapping.TypeOf(activity);
        var owner = portal.Owners.ElementAtOrDefault(activity.Owner);
        var contact = activity.Contact is { } index ? _world?.Contacts.ElementAtOrDefault(index) : null;
        var values = _mapping.ValuesOf(type, activity, owner, contact);
        var source = SourceOf(owner, by);
        var record = portal.Create(type, values.ToArray(), source, activity.SourceId, at);
        // The links of the start are told to nobody.
        var teller = at is null ? source : null;
        Link(record, _contacts, activity.Contact, teller);
        Link(record, _companies, activity.Company, teller);
        Link(record, _deals, activity.Deal, teller);
        return record;
    }

    public static ChangeSource SourceOf(Owner? owner, string by) => ChangeSource.Person(owner?.UserId ?? 28_600_000, by);

    private void Link(CrmRecord record, List<CrmRecord> targets, int? index, ChangeSource? teller)
    {
        if (index is null)
            return;
        var target = targets.ElementAtOrDefault(index.Value)
            ?? throw new ArgumentException($"Activity {record.SourceId} refers to number {index} of {targets.Count} seeded records.",
                nameof(index));
        portal.Associate(record, target, AssociationTypes.DefaultOf(record.Type, target.Type)!.Value, teller);
    }

    private CrmRecord AddCompany(SeedCompany company, long at)
    {
        var owner = portal.Owners.ElementAtOrDefault(company.Owner);
        return portal.Create(HubSpotObjectType.Companies, new ValueList(portal.Catalog(HubSpotObjectType.Companies))
            .Set("name", company.Name).Set("domain", company.Domain).Set("industry", DerivedValues.IndustryOf(company))
            .Set("numberofemployees", DerivedValues.EmployeesOf(company)).Set("annualrevenue", DerivedValues.RevenueOf(company))
            .Set("city", company.City).Set("country", company.Country).Set("hubspot_owner_id", owner?.IdText).ToArray(),
                SourceOf(owner, "seed"), null, at);
    }

    private CrmRecord AddContact(SeedContact contact, int index, SeedWorld world, long at)
    {
        var seeded = world.Companies[contact.Company];
        var company = _companies[contact.Company];
        var owner = portal.Owners.ElementAtOrDefault(seeded.Owner);
        var record = portal.Create(HubSpotObjectType.Contacts, new ValueList(portal.Catalog(HubSpotObjectType.Contacts))
            .Set("firstname", contact.FirstName).Set("lastname", contact.LastName).Set("email", contact.Email)
            .Set("jobtitle", contact.JobTitle).Set("lifecyclestage", DerivedValues.LifecycleOf(Listed(index)))
            .Set("phone", contact.Phone).Set("company", seeded.Name).Set("associatedcompanyid", company.Id)
            .Set("hubspot_owner_id", owner?.IdText).ToArray(), SourceOf(owner, "seed"), null, at);
        portal.Associate(record, company, AssociationTypes.DefaultOf(HubSpotObjectType.Contacts, HubSpotObjectType.Companies)!.Value);
        portal.Associate(record, company, AssociationTypes.PrimaryCompanyOfContact);
        if (DerivedValues.Mix(contact.Email) % 4 == 0)
            Label(record, company, "billing_contact");
        return record;
    }

    private CrmRecord AddDeal(SeedDeal deal)
    {
        var catalog = portal.Catalog(HubSpotObjectType.Deals);
        var owner = portal.Owners.ElementAtOrDefault(deal.Owner);
        var source = SourceOf(owner, "seed");
        var stages = deal.Stages.OrderBy(s => s.At).ToArray();
        var last = stages.LastOrDefault()?.Stage;
        var closed = DealPipeline.Stages.FirstOrDefault(s => s.Label.Equals(last, StringComparison.OrdinalIgnoreCase));
        var reason = DerivedValues.ReasonOf(deal, closed);
        var values = new ValueList(catalog)
            .Set("dealname", deal.Name).SetAmount("amount", deal.Amount).Set("pipeline", DealPipeline.Id).Set("closedate", deal.CloseDate)
            .Set("hubspot_owner_id", owner?.IdText)
            .Set("dealstage", stages.Length > 0 ? DealPipeline.IdOf(stages[0].Stage) : DealPipeline.Stages[0].Id);
        var record = portal.Create(HubSpotObjectType.Deals, values.ToArray(), source, null, deal.CreatedAt.ToUnixTimeMilliseconds());
        foreach (var stage in stages.Skip(1))
        {
            var step = new ValueList(catalog).Set("dealstage", DealPipeline.IdOf(stage.Stage));
            if (ReferenceEquals(stage, stages[^1]))
                step.Set(closed?.Id == "closedwon" ? "closed_won_reason" : "closed_lost_reason", reason);
            portal.Update(record, step.ToArray(), source, stage.At.ToUnixTimeMilliseconds());
        }
        portal.Associate(record, _contacts[deal.Contact],
            AssociationTypes.DefaultOf(HubSpotObjectType.Deals, HubSpotObjectType.Contacts)!.Value);
        if (DerivedValues.Mix(deal.Name) % 3 == 0)
            Label(record, _contacts[deal.Contact], "decision_maker");
        portal.Associate(record, _companies[deal.Company],
            AssociationTypes.DefaultOf(HubSpotObjectType.Deals, HubSpotObjectType.Companies)!.Value);
        portal.Associate(record, _companies[deal.Company], AssociationTypes.PrimaryCompanyOfDeal);
        return record;
    }

    private List<SeedDeal> Listed(int contact)
    {
        if (!_dealsOfContact.TryGetValue(contact, out var deals))
            _dealsOfContact[contact] = deals = [];
        return deals;
    }

    private void Label(CrmRecord from, CrmRecord to, string name) =>
        portal.Associate(from, to, portal.Labels.Between(from.Type, to.Type).First(l => l.Name == name).TypeId);

    private static DateTimeOffset Earliest(SeedWorld world) => world.Activities.Select(a => a.OccurredAt)
        .Concat(world.Deals.Select(d => d.CreatedAt))
        .DefaultIfEmpty(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Min();
}
