using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Model;

namespace CrmSync.Tests.Honesty;

/// <summary>A valid deal with one call; a test names only what it is about.</summary>
internal static class Deals
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = Start.AddDays(100);

    public static readonly StageBook Book = new(
        [
            Stage("s1", "Discovery", 0.2), Stage("s2", "Demo", 0.4), Stage("s3", "Negotiation", 0.7), Stage("s4", "Follow-Up", 0.5), Stage("won", "Closed Won", 1, closed: true),
            Stage("lost", "Closed Lost", 0, closed: true), Stage("odd", "Zzz", null),
        ],
        []);

    public static CrmStage Stage(string id, string name, double? probability, bool closed = false) =>
        new("default", "Sales", id, name, 0, closed, closed && probability == 1, probability);

    public static StageSign Sign(int day, SalesStage? stage, double confidence = 0.9, bool engaged = true, long id = 0) =>
        new(id == 0 ? day + 1 : id, Start.AddDays(day), stage, confidence, engaged);

    public static DealDossier Deal(string stage, params StageSign[] signs) => new()
    {
        DealId = 1, ConnectionId = 1, PipelineId = "default", StageId = stage, CreatedAt = Start, ModifiedAt = Start.AddDays(1), Signs = signs,
        History = [new StageChange(stage, Start)],
    };

    public static DealJudgement Judge(DealDossier deal) => DealJudge.Judge(deal, Book, Now);
}
