using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>Says which of several accounts a person means. Pure.</summary>
public static class BriefSubjects
{
    private const int Listed = 10;

    /// <summary>The account that is meant.</summary>
    /// <param name="wanted">What the person wrote.</param>
    /// <param name="found">Accounts that it may mean.</param>
    /// <returns>The account; a failure that lists several in words.</returns>
    public static Result<BriefSubject> Choose(string wanted, IReadOnlyList<BriefSubject> found)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(found);
        var meant = wanted.Trim();
        // Whoever writes a whole name means that one, though others begin with it.
        foreach (var exact in new Func<BriefSubject, bool>[]
        {
            subject => subject.Key == meant || $"{subject.Connection}/{subject.ExternalId}" == meant,
            subject => FormattableString.Invariant($"{subject.Id}") == meant,
            subject => string.Equals(subject.Name.Trim(), meant, StringComparison.OrdinalIgnoreCase),
            subject => string.Equals(subject.Domain, meant, StringComparison.OrdinalIgnoreCase),
            _ => true,
        })
        {
            List<BriefSubject> fitting = [.. found.Where(exact)];
            if (fitting.Count == 1)
                return fitting[0];
            if (fitting.Count > 1)
                return SpecialistFailures.Of("specialist.unknown_account", Several(meant, fitting), "Name one of them by its connection and id, as they stand here.");
        }
        return SpecialistFailures.Of(
            "specialist.unknown_account", $"No account is called '{meant}', and no name begins like that.", "Give the beginning of its name, its domain, or its connection and id in the CRM, such as hubspot-main:1234.");
    }

    private static string Several(string wanted, List<BriefSubject> fitting)
    {
        var more = fitting.Count > Listed ? FormattableString.Invariant($", and {fitting.Count - Listed} or more others") : "";
        return $"'{wanted}' may mean {string.Join(", ", fitting.Take(Listed).Select(subject => $"{OneLine(subject.Title)} ({subject.Key})"))}{more}.";
    }

    private static string OneLine(string name) => name.Length <= 80 ? name.ReplaceLineEndings(" ") : $"{TextCut.AtMost(name, 80).ReplaceLineEndings(" ")}…";
}
