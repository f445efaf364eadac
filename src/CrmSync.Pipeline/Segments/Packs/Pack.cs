using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>What a specialist knows of one segment: one version of it. Immutable; a change makes a new version.</summary>
/// <param name="Segment">Permanent key of the segment.</param>
/// <param name="Name">What people call the segment.</param>
/// <param name="Version">From 1; each change adds 1.</param>
/// <param name="At">When this version was made.</param>
/// <param name="By">Who made it.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Lines">The lines in their order; sections stand in the order of <see cref="PackNames.Order"/>.</param>
public sealed record Pack(string Segment, string Name, int Version, DateTimeOffset At, PackAuthor By, string Reason, IReadOnlyList<PackLine> Lines)
{
    /// <summary>The lines that count, retired ones left out.</summary>
    public IEnumerable<PackLine> Live => Lines.Where(line => line.State != PackLineState.Retired);

    /// <summary>The line of an id; null where there is none.</summary>
    public PackLine? Find(string id) => Lines.FirstOrDefault(line => line.Id == id);
}

/// <summary>One piece of knowledge.</summary>
/// <param name="Id">Permanent within the segment: a line that is edited or moved keeps it, and a later draft of the same thing gets it again.</param>
/// <param name="Section">The part of the pack.</param>
/// <param name="Topic">What it is about within the section, such as a persona or a competitor; may be empty.</param>
/// <param name="Text">The knowledge, in plain words without personal data.</param>
/// <param name="Tier">How much it matters.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="Author">Who wrote its present text.</param>
/// <param name="State">Where it stands.</param>
public sealed record PackLine(string Id, PackSection Section, string Topic, string Text, PackTier Tier, PackEvidence Evidence, PackAuthor Author, PackLineState State)
{
    /// <summary>The longest text of a line, in characters.</summary>
    public const int LongestText = 600;

    /// <summary>What this line still needs a person for, in a few words; null where it needs nobody.</summary>
    public string? Needs { get; init; }

    /// <summary>When its present text was written.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>True where nobody should rely on it yet: no evidence and no person behind it, or something in it is for a person to write.</summary>
    public bool NeedsPerson => Needs is not null || (Evidence.IsEmpty && Author.Kind != PackAuthorKind.Person);

    /// <summary>The id of the line about something: the same for every draft.</summary>
    /// <param name="section">The section.</param>
    /// <param name="about">What the line is about, such as the term or the competitor's name.</param>
    public static string IdOf(PackSection section, string about) =>
        $"{section.Slug()}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(about)))[..10]}";
}

/// <summary>What a line rests on. Keys only, never text of a record.</summary>
/// <param name="Accounts">Keys of accounts.</param>
/// <param name="Activities">Ids of activities.</param>
/// <param name="Deals">Keys of deals.</param>
/// <param name="Figures">Figures in words, such as "19 of 47 won".</param>
public sealed record PackEvidence(IReadOnlyList<string> Accounts, IReadOnlyList<string> Activities, IReadOnlyList<string> Deals, IReadOnlyList<string> Figures)
{
    /// <summary>No evidence.</summary>
    public static readonly PackEvidence None = new([], [], [], []);

    /// <summary>Most keys of a kind that a line carries; the figures tell how many there are in all.</summary>
    public const int MostKeys = 25;

    /// <summary>Whether there is none at all.</summary>
    public bool IsEmpty => Accounts.Count + Activities.Count + Deals.Count + Figures.Count == 0;

    /// <summary>Evidence of these keys, sorted, without repeats, no more of a kind than a line carries.</summary>
    public static PackEvidence Of(IEnumerable<string>? accounts = null, IEnumerable<string>? activities = null, IEnumerable<string>? deals = null, params IEnumerable<string> figures) =>
        new(Keys(accounts), Keys(activities), Keys(deals), [.. figures]);

    /// <inheritdoc/>
    public bool Equals(PackEvidence? other) => other is not null && Accounts.SequenceEqual(other.Accounts) && Activities.SequenceEqual(other.Activities)
        && Deals.SequenceEqual(other.Deals) && Figures.SequenceEqual(other.Figures);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Accounts.Count, Activities.Count, Deals.Count, Figures.Count);

    private static string[] Keys(IEnumerable<string>? keys) => keys is null ? [] : [.. keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MostKeys)];
}

/// <summary>Who wrote something.</summary>
/// <param name="Kind">What kind of author.</param>
/// <param name="Name">A person's account name, or the model's; empty for the template.</param>
public readonly record struct PackAuthor(PackAuthorKind Kind, string Name)
{
    /// <summary>The template that drafts from data.</summary>
    public static readonly PackAuthor Template = new(PackAuthorKind.Template, "");

    /// <summary>A person.</summary>
    public static PackAuthor Person(string name) => new(PackAuthorKind.Person, name);

    /// <summary>A hosted model.</summary>
    public static PackAuthor Model(string name) => new(PackAuthorKind.Model, name);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        PackAuthorKind.Template => "template",
        PackAuthorKind.Model => $"model {Name}",
        PackAuthorKind.Person => Name,
    };
}

/// <summary>Kinds of authors.</summary>
public enum PackAuthorKind
{
    /// <summary>Drafted from data by fixed rules.</summary>
    Template,

    /// <summary>Drafted by the hosted model.</summary>
    Model,

    /// <summary>Written by a person.</summary>
    Person,
}

/// <summary>Where a line stands.</summary>
public enum PackLineState
{
    /// <summary>Drafted; nobody has looked at it.</summary>
    Draft,

    /// <summary>A person stands by it.</summary>
    Approved,

    /// <summary>Out of use; kept for the history.</summary>
    Retired,
}
