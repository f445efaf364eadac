using CrmSync.Simulator.Salesforce.Soql;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class SoqlParserTests
{
    [Fact]
    public void Parse_KeysetStatement_GivesItsTree()
    {
        SoqlQuery query = SoqlParser.Parse(
            "select Id, Who.Name FROM Task WHERE IsDeleted = false AND (SystemModstamp > 2026-01-02T03:04:05Z OR "
            + "(SystemModstamp = 2026-01-02T04:04:05+01:00 AND Id > '00Tg')) ORDER BY SystemModstamp ASC, Id desc nulls last LIMIT 2000 OFFSET 4");

        query.Select.Count.ShouldBe(2);
        query.Select[1].ShouldBe(new SoqlFieldSelection(new SoqlPath(new SoqlSequence<string>(["Who", "Name"]))));
        query.From.ShouldBe("Task");
        SoqlAll all = query.Where.ShouldBeOfType<SoqlAll>();
        SoqlAny any = all.Terms[1].ShouldBeOfType<SoqlAny>();
        SoqlComparison after = any.Terms[0].ShouldBeOfType<SoqlComparison>();
        SoqlComparison same = any.Terms[1].ShouldBeOfType<SoqlAll>().Terms[0].ShouldBeOfType<SoqlComparison>();
        after.Operator.ShouldBe(SoqlOperator.Greater);
        same.Value.ShouldBe(after.Value);
        query.OrderBy[1].ShouldBe(new SoqlOrder(new SoqlPath(new SoqlSequence<string>(["Id"])), Descending: true, NullsLast: true));
        query.Limit.ShouldBe(2000);
        query.Offset.ShouldBe(4);
    }

    [Theory]
    [InlineData(@"'it\'s'", "it's")]
    [InlineData(@"'a\\'", "a\\")]
    [InlineData(@"'\n\r\t\b\f\""'", "\n\r\t\b\f\"")]
    [InlineData(@"'\u0041b'", "Ab")]
    [InlineData("'100%_'", "100%_")]
    public void Parse_EscapedText_GivesWhatIsMeant(string written, string meant)
    {
        SoqlQuery query = SoqlParser.Parse($"SELECT Id FROM Task WHERE Subject = {written}");

        query.Where.ShouldBeOfType<SoqlComparison>().Value.ShouldBe(new SoqlText(meant));
    }

    [Theory]
    [InlineData("", "cannot be empty")]
    [InlineData("SELECT FROM Task", "unexpected token: 'Task'")]
    [InlineData("SELECT Id FROM", "unexpected token: <EOF>")]
    [InlineData("SELECT Id FROM Task WHERE", "unexpected token: <EOF>")]
    [InlineData("SELECT Id FROM Task WHERE Subject = 'a", "unterminated string")]
    [InlineData(@"SELECT Id FROM Task WHERE Subject = 'a\'", "unterminated string")]
    [InlineData(@"SELECT Id FROM Task WHERE Subject = '\q'", "Illegal character sequence")]
    [InlineData(@"SELECT Id FROM Task WHERE Subject = '\%'", "Illegal character sequence")]
    [InlineData(@"SELECT Id FROM Task WHERE Subject = '\u00'", "Illegal character sequence")]
    [InlineData("SELECT Id FROM Task WHERE A = 1 AND B = 2 OR C = 3", "unexpected token: 'OR'")]
    [InlineData("SELECT Id FROM Task WHERE A = 2026-01-02T03:04:05", "unexpected token: '2026-01-02T03:04:05'")]
    [InlineData("SELECT Id FROM Task WHERE A = 2026-13-02", "unexpected token: '2026-13-02'")]
    [InlineData("SELECT Id FROM Task WHERE A IN ()", "unexpected token: ')'")]
    [InlineData("SELECT Id FROM Task LIMIT -1", "unexpected token: '-1'")]
    [InlineData("SELECT Id FROM Task; DELETE", "no viable alternative")]
    [InlineData("SELECT Id FROM Task extra", "unexpected token: 'extra'")]
    [InlineData("SELECT Id, (SELECT Id, (SELECT Id FROM Tasks) FROM Contacts) FROM Account", "cannot hold another")]
    [InlineData("SELECT TYPEOF What END FROM Task", "unexpected token: 'END'")]
    [InlineData("SELECT TYPEOF What WHEN Account THEN Name FROM Task", "unexpected token: 'FROM'")]
    [InlineData("SELECT Id, (SELECT Id FROM Contacts FROM Account", "unexpected token: 'FROM'")]
    [InlineData("SELECT Id FROM Task WHERE CreatedDate = LAST_N_DAYS", "unexpected token: <EOF>")]
    [InlineData("SELECT Id FROM Task WHERE CreatedDate = LAST_N_DAYS:0", "number of days")]
    [InlineData("SELECT FIELDS(SOME) FROM Task", "unexpected token: 'SOME'")]
    [InlineData("SELECT A.B.C.D.E.F.G FROM Task", "at most 5 parents")]
    public void Parse_Malformed_SaysWhatIsWrong(string statement, string reason)
    {
        SoqlException failure = Should.Throw<SoqlException>(() => SoqlParser.Parse(statement));

        failure.ErrorCode.ShouldBe("MALFORMED_QUERY");
        failure.Message.ShouldContain(reason);
    }

    [Fact]
    public void Parse_TooLong_Refuses() =>
        Should.Throw<SoqlException>(() => SoqlParser.Parse($"SELECT Id FROM Task {new string(' ', SoqlLexer.LongestStatement)}"))
            .Message.ShouldContain("100000");

    [Fact]
    public void Parse_TextOfMoreThan4000Characters_Refuses() =>
        Should.Throw<SoqlException>(() => SoqlParser.Parse($"SELECT Id FROM Task WHERE Subject = '{new string('a', SoqlLexer.LongestText + 1)}'"))
            .Message.ShouldContain("4000");

    [Theory]
    [InlineData("(")]
    [InlineData("NOT ")]
    [InlineData("NOT (")]
    public void Parse_DeepNesting_RefusesWithoutExhaustingTheStack(string opener)
    {
        string statement = "SELECT Id FROM Task WHERE " + string.Concat(Enumerable.Repeat(opener, 10_000));

        Should.Throw<SoqlException>(() => SoqlParser.Parse(statement)).Message.ShouldContain("nested at most");
    }

    [Fact]
    public void Parse_PrintedTree_GivesTheSameTree() =>
        Prop.ForAll(SoqlTrees.Queries, query => SoqlParser.Parse(SoqlPrinter.Print(query)).Equals(query))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Parse_AnyText_ThrowsNothingButItsOwnError() => Prop.ForAll<string>(text => AnswersOrRefuses(text ?? ""))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Parse_AnyRunOfTokens_ThrowsNothingButItsOwnError()
    {
        Gen<string> tokens = Gen.ListOf(Gen.Elements(
            "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "ORDER", "BY", "GROUP", "LIMIT", "NULLS", "COUNT", "(", ")", ",", ".",
            "=", "!=", "<", ">=", "'a'", "'", "\\", "1", "-", "2026-01-01", "2026-01-01T00:00:00Z", "null", "Id", "Task", "é", "\0"))
            .Select(list => string.Join(' ', list));

        Prop.ForAll(Arb.From(tokens), tail => AnswersOrRefuses($"SELECT Id FROM Task {tail}")).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void Parse_LargestStatement_IsTaken()
    {
        string statement = Statement(14_000);
        statement.Length.ShouldBeGreaterThan(90_000);

        SoqlParser.Parse(statement).ShouldNotBeNull();

        static string Statement(int values) => $"SELECT Id FROM Task WHERE Id IN ({string.Join(", ", Enumerable.Repeat("'00T'", values))})";
    }

    private static bool AnswersOrRefuses(string statement)
    {
        try
        {
            SoqlParser.Parse(statement);
        }
        catch (SoqlException)
        {
            // Refusing is one of the two right answers; any other exception fails the property.
        }

        return true;
    }
}
