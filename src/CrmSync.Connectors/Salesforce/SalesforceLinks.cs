using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Turns ids of parents into links. The kind of a record follows from the first three characters of its id, so no query asks for it. Pure.
/// </summary>
internal static class SalesforceLinks
{
    /// <summary>Role and object of an id; null for kinds of records that say nothing about a sale.</summary>
    public static (string Role, string Type)? KindOf(string id) => id[..3] switch
    {
        "003" => ("contact", "Contact"),
        "00Q" => ("lead", "Lead"),
        "001" => ("company", "Account"),
        "006" => ("deal", "Opportunity"),
        _ => null,
    };

    /// <summary>Adds the link to a record, once.</summary>
    /// <param name="links">The list.</param>
    /// <param name="id">The other record; null or no id adds nothing.</param>
    /// <param name="label">What the link is called.</param>
    public static void Add(List<Association> links, string? id, string? label = null)
    {
        if (SalesforceId.Normalise(id) is not { } known || KindOf(known) is not var (role, type))
            return;
        var link = new Association(role, type, known, label);
        if (!links.Contains(link))
            links.Add(link);
    }
}
