using CrmSync.Pipeline.Jobs;

namespace CrmSync.Service.Console.Acts;

/// <summary>The acts that the write-back log offers, in words.</summary>
/// <param name="Kind">The run that it becomes.</param>
/// <param name="Word">As addresses name it.</param>
/// <param name="Name">On buttons.</param>
/// <param name="Sentence">What it does.</param>
internal sealed record ActWords(RunKind Kind, string Word, string Name, string Sentence)
{
    private static readonly Texts T = Texts.Of(typeof(ActWords));

    /// <summary>All of them, in the order in which they are offered.</summary>
    public static IReadOnlyList<ActWords> All =>
    [
        new(RunKind.Retry, "retry", T["TryAgain"], T["RejectedWritesAreSentAgainWhere"]),
        new(RunKind.Approve, "approve", T["LetGo"], T["WritesThatWaitAreLetGoTheyGoOut"]),
        new(RunKind.Discard, "discard", T["PutAway"], T["WaitingAndRejectedWritesArePut"]),
        new(RunKind.Undo, "undo", T["Undo"], T["WhereOurWriteIsStillTheLastOne"]),
        new(RunKind.Force, "force", T["OverwriteTheirs"], T["WritesThatWereKeptBackAreSentNow"]),
    ];

    /// <summary>The act of a word; null where there is none.</summary>
    public static ActWords? Find(string? word) => All.FirstOrDefault(act => act.Word == word);
}
