namespace CrmSync.Storage.Reading;

/// <summary>All about one connection that a page about connections shows.</summary>
/// <param name="Connection">Key, kind, name and write mode.</param>
/// <param name="Account">The portal or org that it belongs to for good; null before the first look.</param>
/// <param name="Places">Where the labels of each activity type live; empty before the first look.</param>
/// <param name="Objects">How far each type has come, activities first.</param>
/// <param name="OpenIntents">Writes that are not settled.</param>
/// <param name="Untargeted">Decided activities whose labels no record can hold yet.</param>
/// <param name="Records">How many records of each kind are known and not gone.</param>
public sealed record ConnectionCard(
    ConnectionView Connection, string? Account, IReadOnlyList<PlaceView> Places, IReadOnlyList<MarkView> Objects, long OpenIntents, long Untargeted,
    IReadOnlyList<RecordCount> Records);

/// <summary>Where the labels of an activity type live.</summary>
/// <param name="ObjectType">The CRM's type of the activities.</param>
/// <param name="Kind"><c>activity</c>, <c>linked</c> or <c>nowhere</c>.</param>
/// <param name="ObjectTypes">For linked ones: types of records that can hold them, best first.</param>
/// <param name="Sentence">Why.</param>
/// <param name="ChangedAt">Since when.</param>
/// <param name="IsMoving">Whether some labels have not followed the last change yet.</param>
public sealed record PlaceView(
    string ObjectType, string Kind, IReadOnlyList<string> ObjectTypes, string Sentence, DateTimeOffset ChangedAt, bool IsMoving);

/// <summary>How far a type has come.</summary>
/// <param name="ObjectType">The CRM's type, or <c>directory</c> for owners and stages.</param>
/// <param name="IsRecord">Whether these are records beside activities.</param>
/// <param name="Watermark">All that was modified up to here is stored; null before the first drained scan that promises it.</param>
/// <param name="Age">How long ago that is.</param>
public sealed record MarkView(string ObjectType, bool IsRecord, DateTimeOffset? Watermark, TimeSpan? Age);

/// <summary>How many records of a kind are known.</summary>
/// <param name="Kind"><c>activity</c>, <c>owner</c>, <c>stage</c>, <c>company</c>, <c>person</c> or <c>deal</c>.</param>
/// <param name="Count">Without those that are gone.</param>
public sealed record RecordCount(string Kind, long Count);
