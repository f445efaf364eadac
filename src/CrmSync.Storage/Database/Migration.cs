using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmSync.Storage.Database;

/// <summary>
/// A numbered change of the schema, embedded as <c>NNNN-name.{sqlite,postgres}.sql</c>. A line <c>-- oldest-node: NNNN</c> says that a node
/// which knows the schema only up to that number still works after it (expand first, contract later); without the line no older node does.
/// </summary>
internal sealed record Migration(int Number, string Name, string Sql, string Checksum, int OldestNode)
{
    private const string OldestNodeMark = "-- oldest-node:";

    public static IReadOnlyList<Migration> Load(LedgerDialect dialect)
    {
        var ending = dialect is LedgerDialect.Sqlite ? ".sqlite.sql" : ".postgres.sql";
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(ending, StringComparison.Ordinal))
            .Select(name => Parse(name[..^ending.Length], Read(assembly.GetManifestResourceStream(name)!)))
            .OrderBy(migration => migration.Number)];
    }

    public static Migration Parse(string name, string text)
    {
        var sql = text.ReplaceLineEndings("\n");
        var number = int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture);
        var mark = sql.Split('\n').FirstOrDefault(line => line.StartsWith(OldestNodeMark, StringComparison.Ordinal));
        var oldest = mark is null ? number : int.Parse(mark.AsSpan(OldestNodeMark.Length), CultureInfo.InvariantCulture);
        return new Migration(number, name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))), oldest);
    }

    private static string Read(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
