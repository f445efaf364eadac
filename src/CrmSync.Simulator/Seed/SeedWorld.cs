namespace CrmSync.Simulator.Seed;

/// <summary>
/// Everything that a simulated CRM starts with, the same for the same seed. References between the parts are indexes into the lists.
/// All people and companies are invented.
/// </summary>
/// <param name="Owners">The seller's own people (reps).</param>
/// <param name="Companies">Prospects and customers.</param>
/// <param name="Contacts">People at the companies.</param>
/// <param name="Deals">Opportunities with their stage history.</param>
/// <param name="Activities">Calls, mails, meetings, notes, tasks, oldest first.</param>
public sealed record SeedWorld(
    IReadOnlyList<SeedOwner> Owners,
    IReadOnlyList<SeedCompany> Companies,
    IReadOnlyList<SeedContact> Contacts,
    IReadOnlyList<SeedDeal> Deals,
    IReadOnlyList<SeedActivity> Activities);

/// <summary>A rep.</summary>
public sealed record SeedOwner(string FirstName, string LastName, string Email, string Team, string Region);

/// <summary>A company or account.</summary>
public sealed record SeedCompany(string Name, string Domain, string Industry, int Employees, string City, string Country, int Owner)
{
    /// <summary>
    /// Truth: the operational problem that what is logged about it shares with others, or null. Kept aside for measuring; it never reaches the
    /// simulated CRM's answers.
    /// </summary>
    public string? Segment { get; init; }
}

/// <summary>A person at a company.</summary>
public sealed record SeedContact(int Company, string FirstName, string LastName, string Email, string JobTitle, string Phone);

/// <summary>A deal or opportunity, with every stage that it entered, oldest first.</summary>
public sealed record SeedDeal(
    int Company, int Contact, int Owner, string Name, decimal Amount, DateTimeOffset CreatedAt, DateTimeOffset CloseDate,
    IReadOnlyList<SeedStageChange> Stages, string? ClosedReason);

/// <summary>A deal entered a stage (the six stages of the sales taxonomy, as reps report them).</summary>
public sealed record SeedStageChange(string Stage, DateTimeOffset At);

/// <summary>
/// One activity as a rep or a tool logged it. <see cref="Engagement"/> and <see cref="Stage"/> are the authors' truth; they are kept aside for
/// measuring and never reach the simulated CRM's answers.
/// </summary>
public sealed record SeedActivity
{
    /// <summary>Row of the authored data that it came from, such as "a01-001".</summary>
    public required string SourceId { get; init; }

    /// <summary>One of call, email, meeting, note, task.</summary>
    public required string Type { get; init; }

    /// <summary>"inbound", "outbound" or null.</summary>
    public string? Direction { get; init; }

    /// <summary>Subject or title.</summary>
    public required string Subject { get; init; }

    /// <summary>Body, text or HTML.</summary>
    public required string Body { get; init; }

    /// <summary>Call result in words (Connected, Left voicemail, No answer, Busy, Wrong number, Left live message), or null.</summary>
    public string? Disposition { get; init; }

    /// <summary>Call status, mail status or task status in HubSpot's words, or null.</summary>
    public string? Status { get; init; }

    /// <summary>Meeting outcome in HubSpot's words, or null.</summary>
    public string? Outcome { get; init; }

    /// <summary>Length of a call.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Start of a meeting.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>End of a meeting.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>When it happened; also when the record was created.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Index into <see cref="SeedWorld.Owners"/>.</summary>
    public required int Owner { get; init; }

    /// <summary>Index into <see cref="SeedWorld.Companies"/>.</summary>
    public int? Company { get; init; }

    /// <summary>Index into <see cref="SeedWorld.Contacts"/>.</summary>
    public int? Contact { get; init; }

    /// <summary>Index into <see cref="SeedWorld.Deals"/>.</summary>
    public int? Deal { get; init; }

    /// <summary>Truth: ENGAGED, NOT ENGAGED or ND.</summary>
    public required string Engagement { get; init; }

    /// <summary>Truth: one of the six stages, or null where an author abstained.</summary>
    public string? Stage { get; init; }
}
