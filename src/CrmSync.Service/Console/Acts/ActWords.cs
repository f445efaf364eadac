using CrmSync.Pipeline.Jobs;

namespace CrmSync.Service.Console.Acts;

/// <summary>The acts that the write-back log offers, in words.</summary>
/// <param name="Kind">The run that it becomes.</param>
/// <param name="Word">As addresses name it.</param>
/// <param name="Name">On buttons.</param>
/// <param name="Sentence">What it does.</param>
internal sealed record ActWords(RunKind Kind, string Word, string Name, string Sentence)
{
    /// <summary>All of them, in the order in which they are offered.</summary>
    public static IReadOnlyList<ActWords> All { get; } =
    [
        new(RunKind.Retry, "retry", "Try again", "Rejected writes are sent again, where they are the newest of their label and their decision still stands."),
        new(RunKind.Approve, "approve", "Let go", "Writes that wait are let go. They go out where their connection asks for approval or writes."),
        new(RunKind.Discard, "discard", "Put away", "Waiting and rejected writes are put away for good. A new decision may ask for the label again."),
        new(RunKind.Undo, "undo", "Undo", "Where our write is still the last one, the record gets back what it held before."),
        new(RunKind.Force, "force", "Overwrite theirs", "Writes that were kept back are sent now. Whatever stands in those records, set by people or programs, is overwritten."),
    ];

    /// <summary>The act of a word; null where there is none.</summary>
    public static ActWords? Find(string? word) => All.FirstOrDefault(act => act.Word == word);
}
