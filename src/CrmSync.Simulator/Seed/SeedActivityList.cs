using System.Collections;

namespace CrmSync.Simulator.Seed;

/// <summary>Where one activity of a world stands; all that is kept of it until somebody asks for it.</summary>
internal readonly record struct Placement(int Row, int Variant, int Day, short Minute, sbyte Owner, int Company, int Contact, int Deal)
{
    /// <summary>No company, contact or deal.</summary>
    public const int None = -1;
}

/// <summary>
/// The activities of a world, written out one at a time when asked for, so that a million of them need no million bodies in memory.
/// Asking twice gives equal records. Immutable, thread-safe.
/// </summary>
internal sealed class SeedActivityList(Placement[] placements, BusinessDays days, int seed) : IReadOnlyList<SeedActivity>
{
    public int Count => placements.Length;

    public SeedActivity this[int index]
    {
        get
        {
            var at = placements[index];
            var row = AuthoredRows.All[at.Row];
            var random = new SeedRandom(SeedRandom.Mix((ulong)seed, (ulong)at.Row, (ulong)at.Variant));
            return Write(row, at.Variant, seed, days.At(at.Day, at.Minute), random) with
            {
                Owner = at.Owner,
                Company = Index(at.Company),
                Contact = Index(at.Contact),
                Deal = Index(at.Deal),
            };
        }
    }

    public IEnumerator<SeedActivity> GetEnumerator()
    {
        for (var i = 0; i < placements.Length; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A row as a rep logged it at <paramref name="at"/>, on nobody's record yet.</summary>
    public static SeedActivity Write(AuthoredRow row, int variant, int seed, DateTimeOffset at, SeedRandom random)
    {
        var (subject, body) = TextVariation.Vary(row, variant, seed);
        var evidence = LoggedEvidence.Draw(row, random);
        var meeting = row.Type == "meeting";
        return new()
        {
            SourceId = row.Id,
            Type = row.Type,
            Direction = row.Direction,
            Subject = subject,
            Body = body,
            Disposition = evidence.Disposition,
            Status = evidence.Status,
            Outcome = evidence.Outcome,
            Duration = evidence.Duration,
            StartsAt = meeting ? at : null,
            EndsAt = meeting ? at.AddMinutes(random.Between(1, 4) * 15) : null,
            OccurredAt = at,
            Owner = 0,
            Engagement = row.Engagement,
            Stage = row.Stage,
        };
    }

    private static int? Index(int value) => value == Placement.None ? null : value;
}
