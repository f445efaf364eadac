using System.Security.Cryptography;
using System.Text;
using CrmSync.Pipeline.Classification.Hosted;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>The hosted model as it is configured, or that there is none. Immutable, thread-safe.</summary>
public sealed class HostedDesk
{
    // Raised whenever the question itself changes, so that answers to the older form are not taken for answers to the newer one.
    private const int Form = 2;

    private readonly Func<decimal>? _dailyBudget;

    private HostedDesk(AskOptions asking, HostedOptions options, IHostedModel? model, Auditor? auditor, Func<decimal>? dailyBudget = null)
    {
        _dailyBudget = dailyBudget;
        Asking = asking;
        Options = options;
        Model = model;
        Auditor = auditor;
    }

    /// <summary>No hosted model: the local answers stand.</summary>
    public static HostedDesk Empty { get; } = new(new AskOptions(), new HostedOptions(), null, null);

    /// <summary>Which decisions are asked about.</summary>
    public AskOptions Asking { get; }

    /// <summary>How they are asked.</summary>
    public HostedOptions Options { get; }

    /// <summary>Most that a UTC day may cost now, in US dollars.</summary>
    public decimal DailyBudgetUsd => _dailyBudget?.Invoke() ?? Options.DailyBudgetUsd;

    /// <summary>The endpoint; null where none is configured.</summary>
    public IHostedModel? Model { get; }

    /// <summary>Puts the questions; null where none is configured.</summary>
    public Auditor? Auditor { get; }

    /// <summary>A desk with a model behind it.</summary>
    public static HostedDesk Of(AskOptions asking, HostedOptions options, IHostedModel model, Auditor auditor, Func<decimal>? dailyBudget = null) =>
        new(asking, options, model, auditor, dailyBudget);

    /// <summary>Whether this local answer is put to the hosted model.</summary>
    public bool Wants(LabelDecision decision) => Auditor is not null && Asking.Wants(decision);

    /// <summary>What stands behind an answer of today: answers of another deployment, or with other words beside the text, are not reused.</summary>
    /// <param name="taxonomy">Taxonomy id.</param>
    /// <param name="vocabulary">Words of the account's segment that stand beside the text.</param>
    public string AskedOf(string taxonomy, IReadOnlyList<string> vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        var words = vocabulary.Count == 0 ? "" : $"/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary))))[..8]}";
        return $"{Options.DeploymentFor(taxonomy)}/{Form}{words}";
    }
}
