using CrmSync.Simulator.Salesforce.Soql;
using FsCheck;
using FsCheck.Fluent;

namespace CrmSync.Tests.Simulator;

/// <summary>Generates syntax trees that have a written form.</summary>
internal static class SoqlTrees
{
    private static readonly string[] Names = ["Id", "Subject", "Who", "What", "Name", "SystemModstamp", "CrmSync_Stage__c", "AccountId"];

    private static Gen<SoqlPath> Path =>
        Gen.Choose(1, 3).SelectMany(length => Gen.ArrayOf(Gen.Elements(Names), length)).Select(parts => new SoqlPath(new SoqlSequence<string>(parts)));

    private static Gen<string> Text =>
        Gen.ArrayOf(Gen.Elements("a", "Z", "é", "'", "\\", "\n", "\r", "\t", "\b", "\f", "\"", "%", "_", " ", "OR", "(", "u0041", "日"))
            .Select(string.Concat);

    private static Gen<string> Pattern =>
        Gen.ArrayOf(Gen.Elements("a", "Z", "'", "\n", "%", "_", "\\%", "\\_", "\\\\", " ")).Select(string.Concat);

    private static Gen<SoqlValue> Value => Gen.OneOf(
        Gen.Constant<SoqlValue>(new SoqlNull()),
        Gen.Elements(true, false).Select(SoqlValue (value) => new SoqlBoolean(value)),
        Gen.Choose(-1_000_000, 1_000_000).Select(SoqlValue (value) => new SoqlNumber(value / 100m)),
        Gen.Elements(Enum.GetValues<SoqlPeriodName>()).SelectMany(
            name => Gen.Choose(1, 400), SoqlValue (name, days) => new SoqlPeriod(name, SoqlPeriodWords.TakesDays(name) ? days : 0)),
        Text.Select(SoqlValue (value) => new SoqlText(value)),
        Gen.Choose(0, 20_000).Select(SoqlValue (day) => new SoqlDate(new DateOnly(2000, 1, 1).AddDays(day))),
        Gen.Choose(0, int.MaxValue).Select(SoqlValue (second) => new SoqlDateTime(DateTime.UnixEpoch.AddSeconds(second).AddTicks(second % 10_000_000))));

    private static Gen<SoqlCondition> Leaf => Gen.OneOf(
        Path.SelectMany(path => Gen.Elements(Enum.GetValues<SoqlOperator>()), (path, op) => (path, op))
            .SelectMany(at => Value, SoqlCondition (at, value) => new SoqlComparison(at.path, at.op, value)),
        Path.SelectMany(path => Gen.NonEmptyListOf(Value), (path, values) => (path, values))
            .SelectMany(at => Gen.Elements(true, false), SoqlCondition (at, not) => new SoqlMembership(at.path, not, new SoqlSequence<SoqlValue>([.. at.values]))),
        Path.SelectMany(path => Pattern, SoqlCondition (path, pattern) => new SoqlLike(path, pattern)));

    private static Gen<SoqlSequence<SoqlPath>> Paths => Gen.NonEmptyListOf(Path).Select(Sequence);

    private static Gen<SoqlSelection> Typeof =>
        from path in Path
        from cases in Gen.NonEmptyListOf(Gen.Elements("Account", "Lead").SelectMany(_ => Paths, (type, fields) => new SoqlTypeofCase(type, fields)))
        from otherwise in Gen.OneOf(Gen.Constant(SoqlSequence<SoqlPath>.Empty), Paths)
        select (SoqlSelection)new SoqlTypeofSelection(path, Sequence(cases), otherwise);

    private static Gen<SoqlSelection> Child =>
        from fields in Gen.NonEmptyListOf(Path.Select(SoqlSelection (path) => new SoqlFieldSelection(path)))
        from filter in Gen.OneOf(Gen.Constant<SoqlCondition?>(null), Leaf.Select(SoqlCondition? (condition) => condition))
        from keys in Gen.ListOf(Order)
        from limit in Gen.Elements<int?>(null, 3)
        select (SoqlSelection)new SoqlChildSelection(
            new SoqlQuery(Sequence(fields), "Tasks", filter, SoqlSequence<SoqlPath>.Empty, Sequence(keys), limit, null));

    private static Gen<SoqlSelection> Selection => Gen.OneOf(
        Typeof,
        Child,
        Path.Select(SoqlSelection (path) => new SoqlFieldSelection(path)),
        Gen.Constant<SoqlSelection>(new SoqlCountSelection()),
        Gen.Elements(Enum.GetValues<SoqlFieldGroup>()).Select(SoqlSelection (group) => new SoqlFieldsSelection(group)),
        Path.SelectMany(path => Gen.Elements(Enum.GetValues<SoqlAggregate>()), (path, function) => (path, function))
            .SelectMany(at => Gen.Elements(null, "total"), SoqlSelection (at, alias) => new SoqlAggregateSelection(at.function, at.path, alias)));

    private static Gen<SoqlOrder> Order =>
        Path.SelectMany(path => Gen.Choose(0, 3), (path, way) => new SoqlOrder(path, way % 2 == 1, way > 1));

    public static Arbitrary<SoqlQuery> Queries => Arb.From(
        from selection in Gen.NonEmptyListOf(Selection)
        from name in Gen.Elements("Task", "Event", "Account")
        from filter in Gen.OneOf(Gen.Constant<SoqlCondition?>(null), Condition(4).Select(SoqlCondition? (condition) => condition))
        from grouping in Gen.ListOf(Path)
        from keys in Gen.ListOf(Order)
        from limit in Gen.Elements<int?>(null, 0, 1, 2000)
        from offset in Gen.Elements<int?>(null, 0, 7)
        select new SoqlQuery(Sequence(selection), name, filter, Sequence(grouping), Sequence(keys), limit, offset));

    private static Gen<SoqlCondition> Condition(int depth)
    {
        if (depth == 0)
            return Leaf;
        Gen<SoqlCondition> inner = Condition(depth - 1);
        Gen<SoqlSequence<SoqlCondition>> terms = Gen.Choose(2, 4).SelectMany(count => Gen.ArrayOf(inner, count)).Select(Sequence);
        return Gen.OneOf(
            Leaf,
            terms.Select(SoqlCondition (all) => new SoqlAll(all)),
            terms.Select(SoqlCondition (any) => new SoqlAny(any)),
            inner.Select(SoqlCondition (term) => new SoqlNot(term)));
    }

    private static SoqlSequence<T> Sequence<T>(IEnumerable<T> items) => new([.. items]);
}
