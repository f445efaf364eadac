using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Review;

/// <summary>
/// Turns people's edits in the CRM into corrections: values that the guard kept and that the CRM says a person set. Values of programs and of unknown origin
/// teach nothing by themselves; they stand in the review queue until a reviewer confirms one. Thread-safe; several nodes may collect at once.
/// </summary>
public sealed class CrmEditCollector(ICorrectionStore store, CorrectionDesk desk, TaxonomySet taxonomies)
{
    /// <summary>Who is named as the author: the CRM tells that it was a person, and the write-back log holds which one.</summary>
    public const string Actor = "a person in the CRM";

    private const int AtOnce = 200;

    /// <summary>Looks at what has come in; returns how many corrections it made.</summary>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        var edits = await store.ReadEditsAsync(AtOnce, cancellationToken);
        var made = 0;
        var nothing = new List<long>();
        foreach (var edit in edits)
        {
            if (LabelOf(edit) is { } label
                && desk.Prepare(new PersonAnswer(edit.Activity.Id, edit.Taxonomy, label, edit.Activity.ContentHash) { IntentId = edit.IntentId }, edit.Activity) is { Succeeded: true } ready
                && (await store.SaveAsync([ready.Value], CorrectionSource.Crm, Actor, cancellationToken)).Ids.Count > 0)
                made++;
            else
                nothing.Add(edit.IntentId);
        }
        await store.MarkEditsSeenAsync(nothing, cancellationToken);
        return made;
    }

    // A cleared value may mean "none of these" or "not this one"; only a reviewer can tell, so it teaches nothing.
    private string? LabelOf(CrmEdit edit) =>
        edit.IsCurrent && taxonomies.TryGet(edit.Taxonomy, out var taxonomy) ? taxonomy.FindByValue(edit.Value)?.Id : null;
}
