using System.Globalization;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Diagnosis;

/// <summary>Examines the hosted model: one tiny question to each deployment, the embeddings model's too, tells whether endpoint, key and deployment work; and what is left of the day's budget.</summary>
internal sealed class HostedExam(ServiceSettings settings, TaxonomySet taxonomies, Ledger? ledger)
{
    private const string Schema = """{"type":"object","additionalProperties":false,"required":["ok"],"properties":{"ok":{"type":"boolean"}}}""";

    public async Task<IReadOnlyList<HealthCheck>> RunAsync(CancellationToken cancellationToken)
    {
        var hosted = settings.Classification.Hosted;
        if (!hosted.IsConfigured)
        {
            return
            [
                new HealthCheck("Hosted model", HealthState.Pass, "None is configured; the local steps decide, and what they are unsure about waits for review."),
                .. await new VectorExam(hosted, ledger).RunAsync(null, cancellationToken),
            ];
        }
        await using var owner = HostedBook.Open(settings);
        var checks = new List<HealthCheck>();
        if (owner.GetService<IHostedModel>() is { } model)
        {
            var options = hosted.ToOptions();
            foreach (var deployment in taxonomies.All.Select(taxonomy => options.DeploymentFor(taxonomy.Id)).Distinct(StringComparer.Ordinal))
                checks.Add(await AskAsync(model, deployment, cancellationToken));
        }
        else
        {
            checks.Add(new HealthCheck("Hosted model", HealthState.Pass, "None is asked: the endpoint serves for vectors only; the local steps decide, and what they are unsure about waits for review."));
        }
        checks.AddRange(await new VectorExam(hosted, ledger).RunAsync(owner.GetService<ITextVectors>(), cancellationToken));
        if (ledger is not null)
            checks.Add(await BudgetAsync(ledger, hosted.DailyBudgetUsd, cancellationToken));
        return checks;
    }

    private static async Task<HealthCheck> AskAsync(IHostedModel model, string deployment, CancellationToken cancellationToken)
    {
        var answer = await model.AskAsync(
            new HostedPrompt(Guid.NewGuid().ToString("N"), deployment, "Answer in JSON.", "Is this readable? Say ok.", "doctor", Schema, 60), cancellationToken);
        return answer.Succeeded
            ? new HealthCheck($"Deployment {deployment}", HealthState.Pass, $"Answers ({answer.Value.Model}).")
            : new HealthCheck($"Deployment {deployment}", HealthState.Fail, answer.Failure.Message, answer.Failure.Fix);
    }

    private static async Task<HealthCheck> BudgetAsync(Ledger ledger, decimal dailyUsd, CancellationToken cancellationToken)
    {
        var day = await ledger.ReadDayAsync(cancellationToken);
        var left = dailyUsd - LedgerBudget.UsdOf(day.CostMicros + day.ReservedMicros);
        var sentence = string.Create(
            CultureInfo.InvariantCulture, $"${left:0.00} of ${dailyUsd:0.00} are left today (UTC); {day.Calls:N0} calls cost ${LedgerBudget.UsdOf(day.CostMicros):0.0000}.");
        var ahead = await new BudgetQueries(ledger).ReadHostedAsync((long)(dailyUsd * 1_000_000), TimeProvider.System.GetUtcNow(), cancellationToken);
        if (left > 0 && ahead.ReachedAt is { } reached)
            sentence += $" At today's rate it is used up at {reached.UtcDateTime:HH:mm} UTC.";
        return left > 0
            ? new HealthCheck("Budget", HealthState.Pass, sentence)
            : new HealthCheck("Budget", HealthState.Warn, sentence, "Questions wait until midnight UTC; raise CrmSync:Classification:Hosted:DailyBudgetUsd if that is too late.");
    }
}
