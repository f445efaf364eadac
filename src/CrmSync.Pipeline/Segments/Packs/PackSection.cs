namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>The parts of a pack, in the order in which every pack shows them. Stored in lower snake case, so the names never change.</summary>
public enum PackSection
{
    /// <summary>Win rate, amounts, length, velocity, consistency.</summary>
    Numbers,

    /// <summary>What is said before deals move forward.</summary>
    Acceleration,

    /// <summary>What is said before deals move backward or are lost.</summary>
    Deceleration,

    /// <summary>The words of these accounts.</summary>
    Vocabulary,

    /// <summary>Rules and standards that they name.</summary>
    Regulation,

    /// <summary>What such a company looks like.</summary>
    Organisation,

    /// <summary>Who takes part in buying.</summary>
    Committee,

    /// <summary>Technology stack and integrations.</summary>
    Technology,

    /// <summary>Competitors and how they stand.</summary>
    Competitors,

    /// <summary>Patterns of winning and losing against each, and what sets us apart.</summary>
    WinLoss,

    /// <summary>Discovery questions by persona.</summary>
    Questions,

    /// <summary>Objections and answers.</summary>
    Objections,

    /// <summary>Value propositions by pain.</summary>
    Values,

    /// <summary>Accounts that could speak for us.</summary>
    References,

    /// <summary>Case studies.</summary>
    CaseStudies,
}

/// <summary>How much a line matters to whoever deals with such an account.</summary>
public enum PackTier
{
    /// <summary>Nobody should go into a meeting without it.</summary>
    Critical,

    /// <summary>What usually comes up.</summary>
    Common,

    /// <summary>What seldom comes up.</summary>
    Edge,
}

/// <summary>Names of sections and tiers, for files and for people.</summary>
public static class PackNames
{
    private static readonly (PackSection Section, string Slug, string Title)[] Sections =
    [
        (PackSection.Numbers, "numbers", "Numbers"),
        (PackSection.Acceleration, "acceleration", "What speeds deals up"),
        (PackSection.Deceleration, "deceleration", "What slows deals down"),
        (PackSection.Vocabulary, "vocabulary", "Their words"),
        (PackSection.Regulation, "regulation", "Regulation and standards"),
        (PackSection.Organisation, "organisation", "Typical organisation"),
        (PackSection.Committee, "committee", "Buying committee"),
        (PackSection.Technology, "technology", "Technology and integrations"),
        (PackSection.Competitors, "competitors", "Competitors"),
        (PackSection.WinLoss, "win_loss", "Winning and losing against each"),
        (PackSection.Questions, "questions", "Discovery questions by persona"),
        (PackSection.Objections, "objections", "Objections and answers"),
        (PackSection.Values, "values", "Value by pain"),
        (PackSection.References, "references", "Reference accounts"),
        (PackSection.CaseStudies, "case_studies", "Case studies"),
    ];

    /// <summary>All sections in their fixed order.</summary>
    public static IReadOnlyList<PackSection> Order { get; } = [.. Sections.Select(row => row.Section)];

    /// <summary>The permanent name in files.</summary>
    public static string Slug(this PackSection section) => Sections.First(row => row.Section == section).Slug;

    /// <summary>The heading.</summary>
    public static string Title(this PackSection section) => Sections.First(row => row.Section == section).Title;

    /// <summary>The section of a permanent name; null where there is none.</summary>
    public static PackSection? SectionOf(string? slug) => Sections.Where(row => row.Slug == slug).Select(row => (PackSection?)row.Section).FirstOrDefault();

    /// <summary>The permanent name of a tier.</summary>
    public static string Slug(this PackTier tier) => tier switch
    {
        PackTier.Critical => "critical",
        PackTier.Common => "common",
        PackTier.Edge => "edge",
    };

    /// <summary>The tier of a permanent name; null where there is none.</summary>
    public static PackTier? TierOf(string? slug) => slug switch
    {
        "critical" => PackTier.Critical,
        "common" => PackTier.Common,
        "edge" => PackTier.Edge,
        _ => null,
    };
}
