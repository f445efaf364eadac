using System.Text.RegularExpressions;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Architecture;

/// <summary>The audit only grows: no statement in the program changes it, and only the purge shortens it.</summary>
public sealed partial class AuditIsAppendOnlyTests
{
    [Fact]
    public void Sources_NoStatement_ChangesOrDeletesTheAudit()
    {
        var files = Directory.GetFiles(RepositoryFolder.PathOf("src"), "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".sql", StringComparison.Ordinal))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToList();
        files.Count.ShouldBeGreaterThan(500);
        files.Where(file => Change().IsMatch(File.ReadAllText(file))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("update audit set actor = 'x'", true)]
    [InlineData("delete  from\n audit where id = 1", true)]
    [InlineData("insert or replace into audit (id) values (1)", true)]
    [InlineData("truncate audit", true)]
    [InlineData("drop table audit;", true)]
    [InlineData("insert into audit (at) values (1)", false)]
    [InlineData("delete from audit_draw", false)]
    [InlineData("alter table audit add column reason text", false)]
    public void Change_Statement_IsToldFromWhatOnlyAdds(string sql, bool isChange) => Change().IsMatch(sql).ShouldBe(isChange);

    [GeneratedRegex(@"(\bupdate\s+audit|\bdelete\s+from\s+audit|\breplace\s+into\s+audit|\btruncate\s+(table\s+)?audit|\bdrop\s+table\s+audit)\b(?!_)", RegexOptions.IgnoreCase)]
    private static partial Regex Change();
}
