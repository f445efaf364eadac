namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>What the structure of an activity and the CRM's own fields say, before any phrase is read. Rule files name them in kebab case.</summary>
internal enum StructuralFact
{
    /// <summary>The record is a call.</summary>
    TypeCall,

    /// <summary>The record is a mail.</summary>
    TypeEmail,

    /// <summary>The record is a meeting.</summary>
    TypeMeeting,

    /// <summary>The record is a note.</summary>
    TypeNote,

    /// <summary>The record is a task.</summary>
    TypeTask,

    /// <summary>A mail, whatever the record's type: a mail record, a mail tag, or mail headers.</summary>
    Mail,

    /// <summary>A call, whatever the record's type.</summary>
    Call,

    /// <summary>The other side started it.</summary>
    Inbound,

    /// <summary>We started it.</summary>
    Outbound,

    /// <summary>There is no body to speak of.</summary>
    NoBody,

    /// <summary>The new text has at most six words.</summary>
    ShortBody,

    /// <summary>The new text has at least forty words.</summary>
    LongBody,

    /// <summary>Neither subject nor body say anything.</summary>
    Blank,

    /// <summary>No body and a title of at most three words.</summary>
    BareTitle,

    /// <summary>A sequence step number stands before the title: automation, even with "Re:".</summary>
    NumberedStep,

    /// <summary>A reply prefix without a step number: a person's reply.</summary>
    Reply,

    /// <summary>A forward prefix.</summary>
    Forward,

    /// <summary>A tool tag stands in the subject.</summary>
    ToolTag,

    /// <summary>An earlier turn is quoted.</summary>
    QuotedTurn,

    /// <summary>A turn of the other side is quoted.</summary>
    TheirTurn,

    /// <summary>An unsubscribe or preference block stands below.</summary>
    UnsubscribeBlock,

    /// <summary>Sign-off or signature.</summary>
    SignedOff,

    /// <summary>Opens with a salutation.</summary>
    Salutation,

    /// <summary>Someone's words stand in quotation marks.</summary>
    Speech,

    /// <summary>At least three numbers in the new text.</summary>
    Numbers,

    /// <summary>An amount of money or a percentage in the new text.</summary>
    Money,

    /// <summary>A question mark in the new text.</summary>
    Question,

    /// <summary>The CRM says that it took at least two minutes.</summary>
    LongDuration,

    /// <summary>The CRM says that it took under twenty seconds.</summary>
    ShortDuration,

    /// <summary>No body, but a title of at least six words that tells what happened.</summary>
    LongTitle,

    /// <summary>A meeting with neither outcome nor text.</summary>
    Placeholder,
}
