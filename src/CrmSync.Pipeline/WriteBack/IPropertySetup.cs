using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>Creates what the labels need in the CRM. Planning changes nothing; applying twice is harmless.</summary>
public interface IPropertySetup
{
    /// <summary>Compares what the CRM has with what is wanted.</summary>
    Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken);

    /// <summary>Carries out a plan; a step that fails is reported and the others go on.</summary>
    Task<Result<IReadOnlyList<SetupOutcome>>> ApplyAsync(SetupPlan plan, CancellationToken cancellationToken);

    /// <summary>What taking everything of ours out of the CRM would do; carried out by <see cref="ApplyAsync"/>. Nothing that we did not make is touched.</summary>
    Task<Result<SetupPlan>> PlanRemovalAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken);

    /// <summary>
    /// Where labels of each activity type live, judged from the properties that the CRM has now. Types that can hold them themselves, and types that could but are
    /// not set up yet, answer <see cref="LabelPlaceKind.Activity"/>.
    /// </summary>
    Task<Result<IReadOnlyDictionary<string, LabelPlace>>> ReadPlacesAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken);
}

/// <summary>Which kind of record holds the labels of an activity type.</summary>
public enum LabelPlaceKind
{
    /// <summary>The activity itself.</summary>
    Activity,

    /// <summary>A record that the activity hangs on, because the CRM refuses properties on the activity. The newest activity's label stands there.</summary>
    Linked,

    /// <summary>Nothing can hold them; they stay in the ledger.</summary>
    Nowhere,
}

/// <summary>Where the labels of an activity type live.</summary>
/// <param name="Kind">Which kind of record.</param>
/// <param name="ObjectTypes">For <see cref="LabelPlaceKind.Linked"/>: the CRM's types that can hold labels, best first; the first one that the activity is linked to takes it.</param>
/// <param name="Sentence">Why, in plain words for an operator.</param>
public sealed record LabelPlace(LabelPlaceKind Kind, IReadOnlyList<string> ObjectTypes, string Sentence)
{
    /// <summary>On the activity itself.</summary>
    public static readonly LabelPlace OnActivity = new(LabelPlaceKind.Activity, [], "Labels stand on the activity itself.");
}

/// <summary>A label property to have on every activity type: the label with its options; companions follow by <see cref="IPropertyNames"/>.</summary>
public sealed record LabelProperty(string Taxonomy, string Name, string Title, string Description, IReadOnlyList<LabelOption> Options)
{
    /// <summary>Whether it labels accounts, on companies or accounts themselves, rather than activities. It is plain text then: its values are names that people give.</summary>
    public bool IsOfAccounts { get; init; }
}

/// <summary>An option of a label property, in display order.</summary>
public sealed record LabelOption(string Value, string Description);

/// <summary>What would be done.</summary>
public sealed record SetupPlan(IReadOnlyList<SetupStep> Steps)
{
    /// <summary>Whether anything is left to do.</summary>
    public bool IsEmpty => Steps.All(step => step.Action is SetupAction.Keep or SetupAction.Blocked);
}

/// <summary>What a step does.</summary>
public enum SetupAction
{
    /// <summary>It is there as wanted.</summary>
    Keep,

    /// <summary>It is created.</summary>
    Create,

    /// <summary>Options are added to an existing property; others are left alone.</summary>
    AddOptions,

    /// <summary>Access is granted (Salesforce field-level security).</summary>
    Grant,

    /// <summary>It is taken out of the CRM, with the values in it.</summary>
    Remove,

    /// <summary>It cannot be done by us; the sentence says who can.</summary>
    Blocked,
}

/// <summary>One step of a plan.</summary>
/// <param name="Action">What.</param>
/// <param name="ObjectType">Where.</param>
/// <param name="Subject">Name of the property, group or permission set.</param>
/// <param name="Sentence">Plain words for the operator.</param>
/// <param name="Payload">What the connector needs to carry the step out; opaque to all others.</param>
public sealed record SetupStep(SetupAction Action, string ObjectType, string Subject, string Sentence, object? Payload = null);

/// <summary>How a step went; no failure means done.</summary>
public sealed record SetupOutcome(SetupStep Step, Failure? Failure);
