using System.Globalization;

namespace CrmSync.Simulator.Seed.Segments;

/// <summary>A company of the extended world while it is filled: where it stands in the lists, and what stays the same in all that is logged about it.</summary>
/// <param name="Company">Its place among the companies.</param>
/// <param name="Owner">Its rep.</param>
/// <param name="City">Where it is.</param>
/// <param name="Contacts">Its people and their places in the list.</param>
/// <param name="Deals">Its deals and their places in the list.</param>
/// <param name="Entities">How many of the things that its problem is about it has.</param>
/// <param name="Sites">A smaller number: sites, or times.</param>
/// <param name="Tool">The tool that it uses.</param>
internal sealed record SegmentAccount(
    int Company, int Owner, string City, IReadOnlyList<(int Index, SeedContact Contact)> Contacts, IReadOnlyList<(int Index, DealPlan Plan)> Deals,
    int Entities, int Sites, string Tool)
{
    /// <summary>The text with what it leaves open filled in.</summary>
    public string Fill(string text, SeedContact contact) => text.Contains('{', StringComparison.Ordinal)
        ? text.Replace("{f}", contact.FirstName, StringComparison.Ordinal)
            .Replace("{n}", Entities.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{b}", Sites.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{t}", Tool, StringComparison.Ordinal)
            .Replace("{c}", City, StringComparison.Ordinal)
        : text;
}
