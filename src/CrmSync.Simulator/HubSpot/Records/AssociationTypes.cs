namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>HubSpot's own association type ids (fact sheet §7).</summary>
internal static class AssociationTypes
{
    public const string HubSpotDefined = "HUBSPOT_DEFINED";
    public const string UserDefined = "USER_DEFINED";

    private static readonly Dictionary<(int From, int To), int> Default = [];
    private static readonly Dictionary<int, int> Opposite = [];
    private static readonly Dictionary<int, string> Labels = new()
    {
        [1] = "Primary",
        [2] = "Primary",
        [5] = "Primary",
        [6] = "Primary",
        [25] = "Primary",
        [26] = "Primary",
    };

    static AssociationTypes()
    {
        Pair(HubSpotObjectType.Calls, HubSpotObjectType.Contacts, 194, 193);
        Pair(HubSpotObjectType.Calls, HubSpotObjectType.Companies, 182, 181);
        Pair(HubSpotObjectType.Calls, HubSpotObjectType.Deals, 206, 205);
        Pair(HubSpotObjectType.Emails, HubSpotObjectType.Contacts, 198, 197);
        Pair(HubSpotObjectType.Emails, HubSpotObjectType.Companies, 186, 185);
        Pair(HubSpotObjectType.Emails, HubSpotObjectType.Deals, 210, 209);
        Pair(HubSpotObjectType.Meetings, HubSpotObjectType.Contacts, 200, 199);
        Pair(HubSpotObjectType.Meetings, HubSpotObjectType.Companies, 188, 187);
        Pair(HubSpotObjectType.Meetings, HubSpotObjectType.Deals, 212, 211);
        Pair(HubSpotObjectType.Notes, HubSpotObjectType.Contacts, 202, 201);
        Pair(HubSpotObjectType.Notes, HubSpotObjectType.Companies, 190, 189);
        Pair(HubSpotObjectType.Notes, HubSpotObjectType.Deals, 214, 213);
        Pair(HubSpotObjectType.Tasks, HubSpotObjectType.Contacts, 204, 203);
        Pair(HubSpotObjectType.Tasks, HubSpotObjectType.Companies, 192, 191);
        Pair(HubSpotObjectType.Tasks, HubSpotObjectType.Deals, 216, 215);
        Pair(HubSpotObjectType.Contacts, HubSpotObjectType.Companies, 279, 280);
        Pair(HubSpotObjectType.Deals, HubSpotObjectType.Contacts, 3, 4);
        Pair(HubSpotObjectType.Deals, HubSpotObjectType.Companies, 341, 342);
        Pair(HubSpotObjectType.Calls, HubSpotObjectType.Tickets, 220, 219);
        Pair(HubSpotObjectType.Emails, HubSpotObjectType.Tickets, 224, 223);
        Pair(HubSpotObjectType.Meetings, HubSpotObjectType.Tickets, 226, 225);
        Pair(HubSpotObjectType.Notes, HubSpotObjectType.Tickets, 228, 227);
        Pair(HubSpotObjectType.Tasks, HubSpotObjectType.Tickets, 230, 229);
        Pair(HubSpotObjectType.Contacts, HubSpotObjectType.Tickets, 15, 16);
        Pair(HubSpotObjectType.Deals, HubSpotObjectType.Tickets, 27, 28);
        Pair(HubSpotObjectType.Tickets, HubSpotObjectType.Companies, 339, 340);
        Both(PrimaryCompanyOfContact, 2);
        Both(PrimaryCompanyOfDeal, 6);
        Both(PrimaryCompanyOfTicket, 25);
    }

    public const int PrimaryCompanyOfContact = 1;
    public const int PrimaryCompanyOfDeal = 5;
    public const int PrimaryCompanyOfTicket = 26;

    /// <summary>The unlabelled type between two object types; null where HubSpot has none here.</summary>
    public static int? DefaultOf(HubSpotObjectType from, HubSpotObjectType to) => Default.TryGetValue((from.Index, to.Index), out var id)
        ? id : null;

    /// <summary>HubSpot's own types from one object type to another: the unlabelled one, then the labelled.</summary>
    public static IEnumerable<int> Between(HubSpotObjectType from, HubSpotObjectType to) =>
        DefaultOf(from, to) is { } standard ? [standard, .. Labels.Keys.Where(id => LeadsFrom(id) == (from.Index, to.Index))] : [];

    /// <summary>The same association seen from the other side.</summary>
    public static int OppositeOf(int typeId) => Opposite.GetValueOrDefault(typeId, typeId);

    public static bool IsHubSpotDefined(int typeId) => Opposite.ContainsKey(typeId);

    public static string? LabelOf(int typeId) => Labels.GetValueOrDefault(typeId);

    /// <summary>Name inside object answers, such as <c>note_to_contact</c>.</summary>
    public static string NameOf(HubSpotObjectType from, HubSpotObjectType to, int typeId) =>
        $"{from.Singular}_to_{to.Singular}" + (typeId is 279 or 280 or 339 or 340 or 341 or 342 ? "_unlabeled" : IsHubSpotDefined(typeId) ? ""
            : $"_{typeId}");

    private static (int From, int To) LeadsFrom(int labelledId)
    {
        var (contacts, companies, deals, tickets) = (HubSpotObjectType.Contacts.Index, HubSpotObjectType.Companies.Index,
            HubSpotObjectType.Deals.Index, HubSpotObjectType.Tickets.Index);
        return labelledId switch
        {
            PrimaryCompanyOfContact => (contacts, companies),
            2 => (companies, contacts),
            PrimaryCompanyOfDeal => (deals, companies),
            6 => (companies, deals),
            PrimaryCompanyOfTicket => (tickets, companies),
            25 => (companies, tickets),
            _ => (-1, -1),
        };
    }

    private static void Pair(HubSpotObjectType from, HubSpotObjectType to, int forth, int back)
    {
        Default[(from.Index, to.Index)] = forth;
        Default[(to.Index, from.Index)] = back;
        Both(forth, back);
    }

    private static void Both(int forth, int back)
    {
        Opposite[forth] = back;
        Opposite[back] = forth;
    }
}
