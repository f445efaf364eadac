namespace CrmSync.Tests.Testing;

/// <summary>The repository that these tests were built from.</summary>
internal static class RepositoryFolder
{
    /// <summary>The full path of a file or folder of the repository.</summary>
    /// <param name="path">Its path from the repository's root.</param>
    public static string PathOf(string path)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "CrmSync.sln")))
                return Path.Combine(at.FullName, path);
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds CrmSync.sln; run the tests inside the repository.");
    }
}
