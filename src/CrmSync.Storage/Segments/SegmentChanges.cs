using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>What people change about segments. A person's change never waits for a search: what the search stores touches neither names nor states that people set.</summary>
internal sealed class SegmentChanges(LedgerDatabase database)
{
    public Task<SegmentOutcome> DecideAsync(SegmentOrder order, SegmentState state, CancellationToken cancellationToken) => ChangeAsync(
        order,
        async (session, row, _) =>
        {
            if (row.State == state)
                return new SegmentOutcome(SegmentAnswer.Unchanged, $"Segment \"{row.Name}\" is {Stored.Name(state)} already.");
            if (row.State is SegmentState.Merged)
                return Refuse($"Segment \"{row.Name}\" is part of another one; undo the merge first.");
            var action = state switch
            {
                SegmentState.Approved => SegmentAction.Approved,
                SegmentState.Rejected => SegmentAction.Rejected,
                SegmentState.Retired => SegmentAction.Retired,
                SegmentState.Proposed or SegmentState.Merged => throw new ArgumentOutOfRangeException(nameof(state), state, "People approve, reject or retire."),
                _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
            };
            var after = await SegmentRows.UpdateAsync(session, row, row with { State = state }, new SegmentChangeNote(action, order.Actor, order.Reason));
            if (state is SegmentState.Approved)
                await DueAccounts.AskForAllAsync(session, row.ModelId);
            else
                await DueAccounts.AskForMembersAsync(session, row.Id);
            await Audit.WriteAsync(session, order.Actor, $"segment.{Verb(state)}", row.Key, Stored.Name(row.State), Stored.Name(state), order.Reason);
            return Changed(after, $"Segment \"{row.Name}\" is {Stored.Name(state)} now.");
        },
        cancellationToken);

    public Task<SegmentOutcome> RenameAsync(SegmentOrder order, string name, CancellationToken cancellationToken) => ChangeAsync(
        order,
        async (session, row, all) =>
        {
            if (FaultOf(name) is { } fault)
                return Refuse(fault);
            if (row.Name == name)
                return new SegmentOutcome(SegmentAnswer.Unchanged, $"Segment \"{row.Name}\" has that name already.");
            if (Namesake(all, name, row.Id) is { } other)
                return Refuse($"Segment {other.Key} has the name \"{name}\" already; accounts of the two could not be told apart in the CRM. Choose another name, or merge the two.");
            var after = await SegmentRows.UpdateAsync(session, row, row with { Name = name }, new SegmentChangeNote(SegmentAction.Renamed, order.Actor, order.Reason));
            await DueAccounts.AskForMembersAsync(session, row.Id);
            await Audit.WriteAsync(session, order.Actor, "segment.rename", row.Key, row.Name, name, order.Reason);
            return Changed(after, $"Segment \"{row.Name}\" is called \"{name}\" now; the CRM's values follow with the next assignment.");
        },
        cancellationToken);

    public Task<SegmentOutcome> MergeAsync(SegmentOrder order, string into, CancellationToken cancellationToken) => ChangeAsync(
        order,
        async (session, row, all) =>
        {
            if (all.FirstOrDefault(other => other.Key == into) is not { } target)
                return new SegmentOutcome(SegmentAnswer.Unknown, $"There is no segment {into}.");
            if (row.MergedInto == target.Id)
                return new SegmentOutcome(SegmentAnswer.Unchanged, $"Segment \"{row.Name}\" is part of \"{target.Name}\" already.");
            if (target.Id == row.Id)
                return Refuse("A segment cannot be merged with itself.");
            if (row.State is SegmentState.Merged || target.State is SegmentState.Merged)
                return Refuse($"Segment \"{(row.State is SegmentState.Merged ? row : target).Name}\" is part of another one; merge that one, or undo its merge first.");
            if (target.State is SegmentState.Rejected or SegmentState.Retired)
                return Refuse($"Segment \"{target.Name}\" is {Stored.Name(target.State)}; approve it first, or merge the other way round.");
            var note = new SegmentChangeNote(SegmentAction.Merged, order.Actor, order.Reason);
            var after = await SegmentRows.UpdateAsync(session, row, row with { State = SegmentState.Merged, MergedInto = target.Id }, note);
            await SegmentRows.UpdateAsync(session, target, target, note);
            // What had been merged into the one goes along, so that no chain has to be followed.
            foreach (var follower in all.Where(other => other.MergedInto == row.Id))
                await SegmentRows.UpdateAsync(session, follower, follower with { MergedInto = target.Id }, note);
            await DueAccounts.AskForMembersAsync(session, row.Id);
            await DueAccounts.AskForMembersAsync(session, target.Id);
            await SegmentEventRows.MergedAsync(session, row.Id, target.Id, order.Actor);
            await Audit.WriteAsync(session, order.Actor, "segment.merge", row.Key, Stored.Name(row.State), target.Key, order.Reason);
            return Changed(after, $"Segment \"{row.Name}\" is part of \"{target.Name}\" now.");
        },
        cancellationToken);

    public Task<SegmentOutcome> SplitAsync(SegmentOrder order, string name, IReadOnlyList<long> accounts, CancellationToken cancellationToken) => ChangeAsync(
        order, (session, row, all) => SegmentSplit.SplitAsync(session, order, row, all, name, accounts), cancellationToken);

    public Task<SegmentOutcome> UndoAsync(SegmentOrder order, CancellationToken cancellationToken) => ChangeAsync(
        order, (session, row, all) => SegmentUndo.UndoAsync(session, order, row, all), cancellationToken);

    private Task<SegmentOutcome> ChangeAsync(
        SegmentOrder order, Func<Session, SegmentRow, IReadOnlyList<SegmentRow>, Task<SegmentOutcome>> change, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            await SegmentRow.LockAsync(session);
            var all = await SegmentRow.ReadAllAsync(session);
            if (all.FirstOrDefault(row => row.Key == order.Key) is not { } row)
                return new SegmentOutcome(SegmentAnswer.Unknown, $"There is no segment {order.Key}.");
            if (order.Seen is { } seen && seen != row.Version)
                return new SegmentOutcome(SegmentAnswer.Stale, $"Somebody changed segment \"{row.Name}\" since you looked at it; look again, then decide.") { Key = row.Key, Version = row.Version };
            var outcome = await change(session, row, all);
            return outcome.Key is null ? outcome with { Key = row.Key, Version = row.Version } : outcome;
        },
        cancellationToken);

    /// <summary>The sentence about a name that cannot be one; null where it can.</summary>
    internal static string? FaultOf(string name) =>
        string.IsNullOrWhiteSpace(name) ? "A segment needs a name."
        : name.Length > SegmentKeys.MostCharacters ? $"A segment's name has at most {SegmentKeys.MostCharacters} characters, because the CRM's property holds no more."
        : name.Any(char.IsControl) || name.Trim() != name ? "A segment's name stands on one line, without spaces around it."
        : null;

    /// <summary>Another segment in use of the same name; the CRM compares without case.</summary>
    internal static SegmentRow? Namesake(IReadOnlyList<SegmentRow> all, string name, long except) => all.FirstOrDefault(
        other => other.Id != except && other.State is SegmentState.Proposed or SegmentState.Approved && other.Id != except && string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase));

    internal static SegmentOutcome Refuse(string sentence) => new(SegmentAnswer.Refused, sentence);

    internal static SegmentOutcome Changed(SegmentRow after, string sentence) => new(SegmentAnswer.Changed, sentence) { Key = after.Key, Version = after.Version };

    private static string Verb(SegmentState state) => state switch
    {
        SegmentState.Approved => "approve",
        SegmentState.Rejected => "reject",
        SegmentState.Retired => "retire",
        SegmentState.Proposed or SegmentState.Merged => throw new ArgumentOutOfRangeException(nameof(state)),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
