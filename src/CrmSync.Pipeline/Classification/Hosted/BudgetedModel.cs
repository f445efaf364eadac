using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>A hosted model that is asked only while the day's budget lasts. Thread-safe.</summary>
/// <param name="model">The endpoint.</param>
/// <param name="price">What its tokens cost.</param>
/// <param name="budget">Where money is set aside before each call; null for as much as there is.</param>
internal sealed class BudgetedModel(IHostedModel model, HostedPrice price, IHostedBudget? budget)
{
    public async Task<Result<HostedReply>> AskAsync(HostedPrompt prompt, CancellationToken cancellationToken)
    {
        if (budget is null)
            return await model.AskAsync(prompt, cancellationToken);
        var most = price.MostUsd(prompt);
        if (!await budget.ReserveAsync(most, cancellationToken))
            return HostedFailures.Of("hosted.over_budget");
        var reply = await model.AskAsync(prompt, cancellationToken);
        // An answer that was lost on its way may have been billed: what was set aside for it stays spent.
        if (reply.Failure is { Category: FailureCategory.Unknown })
            return reply;
        var usage = reply.Succeeded ? reply.Value.Usage : default;
        await budget.SettleAsync(most, usage, price.Usd(usage), CancellationToken.None);
        return reply;
    }
}
