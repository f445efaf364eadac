namespace CrmSync.Service.Commands;

/// <summary>
/// A file that a command writes: beside its target, and moved over it at the end, so that a cut-off run leaves no half file that looks whole. What was written beside is
/// removed where the writing fails.
/// </summary>
internal static class OutputFile
{
    /// <summary>Writes bytes.</summary>
    public static async Task<T> WriteAsync<T>(FileInfo target, Func<Stream, Task<T>> write)
    {
        var partial = target.FullName + ".partial";
        try
        {
            T result;
            await using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous))
                result = await write(stream);
            File.Move(partial, target.FullName, overwrite: true);
            return result;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Writes text, UTF-8 without a mark.</summary>
    public static Task<T> WriteTextAsync<T>(FileInfo target, Func<StreamWriter, Task<T>> write) =>
        WriteAsync(target, async stream =>
        {
            await using var writer = new StreamWriter(stream, bufferSize: 64 * 1024);
            return await write(writer);
        });

    /// <summary>Refuses a target whose folder is not there before any work is done for it.</summary>
    /// <param name="target">The file; null where none was asked for.</param>
    /// <param name="option">The option that names it.</param>
    /// <exception cref="UsageException">The folder is not there.</exception>
    public static void CheckFolder(FileInfo? target, string option)
    {
        if (target?.Directory is { Exists: false } folder)
            throw new UsageException($"{option} lies in the folder {folder.FullName}, which does not exist; make it first.");
    }
}
