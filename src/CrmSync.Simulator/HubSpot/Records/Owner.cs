namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>A rep with the two ids that are easily taken for each other: owner id (on records) and user id (in history).</summary>
internal sealed record Owner(long Id, long UserId, string FirstName, string LastName, string Email, string Team, long CreatedAt)
{
    public string Name => $"{FirstName} {LastName}";

    /// <summary>Whether the person has left: the owner stays on records, the user is gone.</summary>
    public bool Archived { get; init; }

    /// <summary>The id as text, made once: every record of the owner holds it.</summary>
    public string IdText { get; } = Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
