using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Names of the companions in Salesforce (design §5): the label's API name with a word before its <c>__c</c>.</summary>
public sealed class SalesforcePropertyNames : IPropertyNames
{
    private const string Suffix = "__c";

    /// <summary>The only instance that is needed.</summary>
    public static SalesforcePropertyNames Instance { get; } = new();

    /// <inheritdoc/>
    public string Reason => "CrmSync_Reason__c";

    /// <inheritdoc/>
    public string LabelledAt => "CrmSync_Labelled_At__c";

    /// <inheritdoc/>
    public string SourceActivity => "CrmSync_Activity__c";

    /// <inheritdoc/>
    public string Version => "CrmSync_Version__c";

    /// <summary>The length of a Salesforce text field.</summary>
    public int ReasonLength => 255;

    /// <inheritdoc/>
    public string Shadow(string label) => Insert(label, "_Auto");

    /// <inheritdoc/>
    public string Confidence(string label) => Insert(label, "_Confidence");

    /// <inheritdoc/>
    public string FormatInstant(DateTimeOffset instant) => SalesforceValues.Text(instant);

    private static string Insert(string label, string word) =>
        label.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase)
            ? $"{label[..^Suffix.Length]}{word}{label[^Suffix.Length..]}"
            : throw new ArgumentException($"'{label}' is not the API name of a custom field; it must end in {Suffix}.", nameof(label));
}
