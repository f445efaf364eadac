using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI.Answers;
using CrmSync.Simulator.Hosting;

namespace CrmSync.Simulator.AzureOpenAI;

/// <summary>The faults of a model service beside those of HTTP: what an account loses until it is healed, and answers that cannot be used as they are.</summary>
internal sealed class ModelDials
{
    public const string ChatRoute = "/openai/v1/chat/completions";
    public const string OverQuota = "F3";
    public const string Revoked = "F10";
    public const string NoRole = "F12";
    public const string NoDeployment = "F27";
    public const string UnknownLabel = "F44-label";
    public const string MissingId = "F44-missing";
    public const string ExtraId = "F44-extra";
    public const string DuplicateId = "F44-duplicate";
    public const string Refusal = "F44-refusal";
    public const string Truncated = "F44-truncated";
    public const string Filter = "F44-filter";

    private readonly FaultBoard _board;

    public ModelDials(FaultBoard board)
    {
        _board = board;
        board.Offer(new(OverQuota, "Quota used up: 429 insufficient_quota", FaultLength.Lasting));
        board.Offer(new(Revoked, "Key or token revoked: 401", FaultLength.Lasting));
        board.Offer(new(NoRole, "Role taken away: 403", FaultLength.Lasting));
        board.Offer(new(NoDeployment, "Deployment deleted: 404", FaultLength.Lasting) { TargetHint = "name of the deployment (every one)" });
        board.Offer(new(UnknownLabel, "First record gets a label that the schema does not have", FaultLength.Transient) { TargetHint = "the label (Strategic Fit)" });
        board.Offer(new(MissingId, "Last record is left out of the answer", FaultLength.Transient));
        board.Offer(new(ExtraId, "A record that was not asked for is in the answer", FaultLength.Transient) { TargetHint = "its id (x-999)" });
        board.Offer(new(DuplicateId, "First record is in the answer twice", FaultLength.Transient));
        board.Offer(new(Refusal, "The model refuses to answer", FaultLength.Transient));
        board.Offer(new(Truncated, "Answer ends in mid-JSON, finish_reason length", FaultLength.Transient));
        board.Offer(new(Filter, "Content filter", FaultLength.Transient)
        {
            TargetHint = "prompt (400) or answer (finish_reason content_filter) (prompt)",
        }, CheckFilter);
    }

    /// <summary>Whether a chat meets the dial; its setting, or null.</summary>
    public DialSetting? Take(string code) => _board.Take(code, "POST", ChatRoute, ChatRoute);

    /// <summary>What an account has lost, as the error of this call; null where nothing.</summary>
    public ModelError? Lost(string method, string route, string path)
    {
        if (_board.Draw(Revoked, method, route, path))
            return ModelErrors.NotAuthenticated();
        if (_board.Draw(NoRole, method, route, path))
            return ModelErrors.NoRole();
        return _board.Draw(OverQuota, method, route, path) ? ModelErrors.OverQuota() : null;
    }

    public bool IsDeleted(string deployment, string path) =>
        _board.On(NoDeployment) is { } setting && (setting.Target is null || setting.Target == deployment) && _board.Draw(NoDeployment, "POST", path, path);

    /// <summary>Adds and removes records of an answer.</summary>
    public AnswerContent Spoil(AnswerContent answer)
    {
        if (answer.Json is not JsonObject root || root.Select(property => property.Value).OfType<JsonArray>().FirstOrDefault() is not { Count: > 0 } records
            || records[0] is not JsonObject first)
            return answer;
        var before = root.ToJsonString();
        if (Take(MissingId) is not null)
            records.RemoveAt(records.Count - 1);
        if (Take(DuplicateId) is not null)
            records.Add(first.DeepClone());
        if (Take(ExtraId) is { } extra)
        {
            var copy = (JsonObject)first.DeepClone();
            foreach (var name in PromptReader.IdNames.Where(copy.ContainsKey))
                copy[name] = extra.Target ?? "x-999";
            records.Add((JsonNode)copy);
        }
        var after = root.ToJsonString();
        return after == before ? answer : new(after, root);
    }

    private void CheckFilter(DialSetting setting)
    {
        if (setting.Target is null or "prompt" or "answer")
            return;
        _board.Heal(Filter);
        throw new ArgumentException($"The target of {Filter} is \"{setting.Target}\"; give prompt or answer, or none.", nameof(setting));
    }
}
