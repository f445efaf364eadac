namespace CrmSync.Connectors.Salesforce;

/// <summary>Where a scan stands: stamp and id of the last row, as text <c>stamp|id</c>.</summary>
internal readonly record struct SalesforceScanPosition(DateTimeOffset Stamp, string Id)
{
    /// <summary>Reads the text; null where it is not one of ours.</summary>
    public static SalesforceScanPosition? Parse(string text)
    {
        var parts = text.Split('|');
        return parts.Length == 2 && SalesforceValues.Instant(parts[0]) is { } stamp && SalesforceId.Normalise(parts[1]) is { } id
            ? new SalesforceScanPosition(stamp, id)
            : null;
    }

    /// <summary>The rows after this one, in SOQL: many rows share a stamp, so the id decides among them.</summary>
    public string ToCondition()
    {
        var stamp = SalesforceValues.Literal(Stamp);
        return $"(SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{Id}'))";
    }

    /// <inheritdoc/>
    public override string ToString() => $"{SalesforceValues.Literal(Stamp)}|{Id}";
}
