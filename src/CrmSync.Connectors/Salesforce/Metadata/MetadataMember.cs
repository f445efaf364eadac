namespace CrmSync.Connectors.Salesforce.Metadata;

/// <summary>A component as a manifest names it.</summary>
/// <param name="Type">Metadata type.</param>
/// <param name="FullName">Its name; that of an object's part starts with the object, that of a report with its folder.</param>
internal readonly record struct MetadataMember(string Type, string FullName)
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["field"] = "CustomField",
        ["compactLayout"] = "CompactLayout",
        ["listView"] = "ListView",
        ["permissionset"] = "PermissionSet",
        ["layout"] = "Layout",
        ["report"] = "Report",
        // A manifest lists a report's folder among the reports.
        ["reportFolder"] = "Report",
    };

    /// <summary>The component that a file in source format holds.</summary>
    /// <param name="path">Below the package folder, such as <c>objects/Task/listViews/NAME.listView-meta.xml</c>.</param>
    /// <exception cref="ArgumentException">It is no file of a type that we ship.</exception>
    public static MetadataMember Of(string path)
    {
        var parts = path.Split('/');
        if (parts[^1].Split('.') is not [var name, var suffix, "xml"] || !Types.TryGetValue(suffix.Replace("-meta", "", StringComparison.Ordinal), out var type))
            throw new ArgumentException($"'{path}' is no metadata file of a type that is shipped.", nameof(path));
        return parts switch
        {
            ["objects", var entity, _, _] => new(type, $"{entity}.{name}"),
            ["reports", var folder, _] => new(type, $"{folder}/{name}"),
            _ => new(type, name),
        };
    }
}
