using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Notes;
using Microsoft.AspNetCore.Html;

namespace CrmSync.Service.Console.Words;

/// <summary>Words about briefs that are written to the CRM as notes.</summary>
internal static class NoteWords
{
    private static readonly Texts T = Texts.Of(typeof(NoteWords));

    /// <summary>Where a note stands, as a chip.</summary>
    public static IHtmlContent State(NoteState note) => Ui.Element("span", $"chip outcome outcome-{ColourOf(note)}", Name(note.Status));

    /// <summary>Where a note stands, in a word or two.</summary>
    public static string Name(NoteStatus status) => status switch
    {
        NoteStatus.Waiting => T["Waiting"],
        NoteStatus.Sending => T["Sending"],
        NoteStatus.Written => T["Written"],
        NoteStatus.Failed => T["Failed"],
        NoteStatus.Withdrawn => T["Withdrawn"],
        NoteStatus.Removing => T["Removing"],
        NoteStatus.Removed => T["Removed"],
    };

    /// <summary>The same in a sentence, with what the connection does about it.</summary>
    public static string Sentence(NoteState note, WriteMode mode) => note.Status switch
    {
        NoteStatus.Waiting or NoteStatus.Removing when mode is WriteMode.Preview => T["WaitsForPreview"],
        NoteStatus.Waiting or NoteStatus.Removing when mode is WriteMode.Paused => T["WaitsForPause"],
        NoteStatus.Waiting => T["GoesOutSoon"],
        NoteStatus.Sending => T["OnItsWay"],
        NoteStatus.Written when note.GoneAt is not null => T["GoneMeanwhile"],
        NoteStatus.Written => T["StandsThere"],
        NoteStatus.Failed => T["ItFailed"],
        NoteStatus.Withdrawn => T["PutAwayBeforeSent"],
        NoteStatus.Removing => T["TakenBackSoon"],
        NoteStatus.Removed => T["IsTakenBack"],
    };

    /// <summary>What a connection does with a note that is asked for now.</summary>
    public static string Sends(WriteMode mode) => mode switch
    {
        WriteMode.Preview => T["PreviewSends"],
        WriteMode.Paused => T["PausedSends"],
        WriteMode.Approve => T["ApproveSends"],
        WriteMode.On => T["OnSends"],
    };

    private static string ColourOf(NoteState note) => note.Status switch
    {
        NoteStatus.Written when note.GoneAt is not null => "kept",
        NoteStatus.Written => "applied",
        NoteStatus.Failed => "rejected",
        NoteStatus.Sending or NoteStatus.Removing => "sending",
        NoteStatus.Waiting or NoteStatus.Withdrawn or NoteStatus.Removed => "pending",
    };
}
