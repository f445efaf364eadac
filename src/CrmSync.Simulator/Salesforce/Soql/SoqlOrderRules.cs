using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>How values compare: ids by their characters, other text without regard to case, everything else by its nature.</summary>
internal static class SoqlOrderRules
{
    public static bool AreEqual(SalesforceField field, object? one, object? other)
    {
        // Salesforce does not tell empty text from none.
        if (one is null || other is null)
            return (one is null or "") && (other is null or "");
        return EqualityOf(field).Equals(one, other);
    }

    public static IEqualityComparer<object> EqualityOf(SalesforceField field) => field.IsText ? IgnoreCase.Instance : EqualityComparer<object>.Default;

    public static int Compare(SalesforceField field, object one, object other) => (one, other) switch
    {
        (string a, string b) => field.IsIdentifier ? string.CompareOrdinal(a, b) : string.Compare(a, b, StringComparison.OrdinalIgnoreCase),
        (DateTime a, DateTime b) => DateTime.Compare(a, b),
        (IComparable a, _) => a.CompareTo(other),
        _ => 0,
    };

    private sealed class IgnoreCase : IEqualityComparer<object>
    {
        public static readonly IgnoreCase Instance = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => string.Equals(x as string, y as string, StringComparison.OrdinalIgnoreCase);

        int IEqualityComparer<object>.GetHashCode(object obj) => StringComparer.OrdinalIgnoreCase.GetHashCode((string)obj);
    }
}
