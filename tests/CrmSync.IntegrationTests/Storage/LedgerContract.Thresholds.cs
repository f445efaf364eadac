using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Thresholds_SegmentWhoseUnsurerAnswersWereWrong_AsksForMoreThereAndNowhereElse()
    {
        var companies = await CompaniesAsync(2);
        await ProposeAsync(Found("s01", "Bills", companies.Take(1)), Found("s02", "Other", companies.Skip(1)));
        await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token);
        await Ledger.DecideAsync(Order("other"), SegmentState.Approved, Token);
        var bench = new AskBench(World, _model, asking: new() { Share = 0 });
        await bench.ClassifyAsync([.. Enumerable.Range(0, 40).Select(number => Of(number, number % 4 == 0 ? 0.7 : 0.9, company: 1)), .. Enumerable.Range(40, 40).Select(number => Of(number, 0.7, company: 2))]);
        await Ledger.DrawAsync("engagement", new AuditOptions { Waiting = 80 }, Token);
        var answers = await World.ListAsync<string>("select activity_id || ':' || label || ':' || confidence from audit_draw order by activity_id");
        answers.Count.ShouldBe(80);
        foreach (var answer in answers.Select(answer => answer.Split(':')))
        {
            // Of the first company every answer that is less sure is wrong; of the second none is.
            var id = long.Parse(answer[0], null);
            await CorrectAsync(id, "engagement", id <= 40 && answer[2].StartsWith("0.7", StringComparison.Ordinal) ? "engaged" : answer[1]);
        }

        (await RunSegmentsAsync(RunKind.SegmentLearn)).Status.ShouldBe(RunStatus.Completed);

        var held = await Ledger.ReadAuditedAsync((await Segments.ListAsync(null, Token)).Single(card => card.Key == "bills").Id, DateTimeOffset.UnixEpoch, Token);
        (held.Count, held.Count(answer => !answer.IsRight)).ShouldBe((40, 10));
        using (var judged = new JudgedQueries(Ledger, TimeProvider.System))
            (await judged.ReadThresholdsAsync("engagement", Token)).ShouldHaveSingleItem().ShouldBe(new KeyValuePair<string, double>("bills", 0.9));
        await bench.ClassifyAsync(Of(100, 0.7, 1), Of(101, 0.9, 1), Of(102, 0.7, 2), AskBench.Mail("m103", 0.7));
        (await World.ListAsync<string>("select d.status || ':' || case when d.evidence like '%segment-threshold%' then 'held' else '-' end from decision d join activity a on a.id = d.activity_id where a.external_id in ('m100', 'm101', 'm102', 'm103') and d.superseded_at is null order by a.external_id"))
            .ShouldBe(["unsure:held", "decided:-", "decided:-", "decided:-"]);

        // Taken out of use, it holds nobody to anything.
        await Ledger.DecideAsync(Order("bills"), SegmentState.Retired, Token);
        await bench.ClassifyAsync(Of(104, 0.7, 1));
        (await World.ListAsync<string>("select d.status from decision d join activity a on a.id = d.activity_id where a.external_id = 'm104' and d.superseded_at is null")).ShouldBe(["decided"]);

        static CrmActivity Of(int number, double sure, int company) =>
            AskBench.Mail($"m{number}", sure, $"They wrote back, {number}.") with { Associations = [new Association("company", "companies", $"{company}")] };
    }
}
