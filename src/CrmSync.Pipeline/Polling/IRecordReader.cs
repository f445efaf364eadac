using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Polling;

/// <summary>Reads what stands beside activities: deals, companies, people, owners and stages. Thread-safe. Every method is repeatable.</summary>
public interface IRecordReader
{
    /// <summary>Name under which owners and stages are scanned; no object type of a CRM is called that.</summary>
    const string DirectoryType = "directory";

    /// <summary>The object types that are scanned by their modified time, in a fixed order.</summary>
    IReadOnlyList<string> ObjectTypes { get; }

    /// <summary>The next page of all records of a type that were modified in the window; the rules of <see cref="IActivityReader.ReadPageAsync"/> hold.</summary>
    Task<Result<RecordPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken);

    /// <summary>Owners, inactive ones included, and stages: whole.</summary>
    Task<Result<CrmDirectory>> ReadDirectoryAsync(CancellationToken cancellationToken);
}

/// <summary>A page of records.</summary>
/// <param name="Records">What was read.</param>
/// <param name="Position">Opaque text to go on from; null when the window is drained.</param>
public sealed record RecordPage(CrmRecords Records, string? Position);
