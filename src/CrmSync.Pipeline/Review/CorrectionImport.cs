using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Review;

/// <summary>What an import did.</summary>
/// <param name="Stored">Corrections stored; 0 where there are faults.</param>
/// <param name="Blank">Rows without an answer.</param>
/// <param name="Faults">One sentence per fault, by line.</param>
public sealed record ImportResult(int Stored, int Blank, IReadOnlyList<string> Faults);

/// <summary>Applies a file of corrections: whole, or not at all.</summary>
public sealed class CorrectionImport(ICorrectionStore store, CorrectionDesk desk, TaxonomySet taxonomies)
{
    /// <summary>Reads, checks and stores.</summary>
    public async Task<ImportResult> RunAsync(TextReader reader, string actor, CancellationToken cancellationToken)
    {
        var content = await CorrectionFile.ReadAsync(reader, taxonomies, cancellationToken);
        if (content.Faults.Count > 0 || content.Answers.Count == 0)
            return new ImportResult(0, content.Blank, content.Faults);
        var activities = await store.FindAsync([.. content.Answers.Select(answer => answer.Name)], cancellationToken);
        List<NewCorrection> corrections = [];
        List<string> faults = [];
        for (var i = 0; i < content.Answers.Count; i++)
        {
            var answer = content.Answers[i];
            if (activities[i] is not { } activity)
            {
                faults.Add($"Line {answer.Line}: {Missing(answer.Name)}");
                continue;
            }
            var ready = desk.Prepare(new PersonAnswer(activity.Id, answer.Taxonomy, answer.Label, answer.ContentHash), activity);
            if (ready.Succeeded)
                corrections.Add(ready.Value);
            else
                faults.Add($"Line {answer.Line}: {ready.Failure.Message} {ready.Failure.Fix}");
        }
        if (faults.Count > 0)
            return new ImportResult(0, content.Blank, faults);
        var saved = await store.SaveAsync(corrections, CorrectionSource.File, actor, cancellationToken);
        return saved.Stale.Count == 0
            ? new ImportResult(saved.Ids.Count, content.Blank, [])
            : new ImportResult(0, content.Blank, [.. saved.Stale.Select(at => $"Line {content.Answers[at].Line}: its activity changed at this moment; run the import again.")]);
    }

    private static string Missing(ActivityName name) => name.Id is { } id
        ? $"the ledger has no activity {id}; take the number from an export of this ledger."
        : name.ObjectType is null
            ? $"no single activity of connection \"{ReviewFailures.Short(name.Connection ?? "")}\" has the id \"{ReviewFailures.Short(name.ObjectId ?? "")}\"; check both, or add the column object_type."
            : $"connection \"{ReviewFailures.Short(name.Connection ?? "")}\" has no {ReviewFailures.Short(name.ObjectType)} with the id \"{ReviewFailures.Short(name.ObjectId ?? "")}\"; check connection, object_type and object_id.";
}
