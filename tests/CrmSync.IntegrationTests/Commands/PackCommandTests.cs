using System.Text.Json;
using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Storage;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Commands;

/// <summary>Packs on the command line, without any key.</summary>
public sealed class PackCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-pack-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Pack_DraftedExportedEditedAndTakenIn_MakesVersionsThatCanBeCompared()
    {
        await using (var ledger = await OpenAsync())
            await TalkSeed.PlantAsync(ledger);

        var drafted = await RunAsync("draft", TalkSeed.Bills);
        drafted.Exit.ShouldBe(0, drafted.Said);
        drafted.Said.ShouldContain("Version 2 of the pack of 'Bill payment' holds");
        drafted.Said.ShouldContain("a specialist is worth it from 20 on");
        (await RunAsync("draft", TalkSeed.Bills)).Said.ShouldContain("The data says what version 2 says, so that stands.");
        var shown = await RunAsync("show", TalkSeed.Bills);
        shown.Said.ShouldContain("## Numbers");
        shown.Said.ShouldNotContain(TalkSeed.ColdCanary);

        (await RunAsync("export", TalkSeed.Bills, "--format", "json", "--out", "pack.json")).Said.ShouldContain("is written to pack.json.");
        var file = Path.Combine(_folder, "pack.json");
        var pack = PackFile.Read(await File.ReadAllTextAsync(file, Token)).Value!;
        await File.WriteAllTextAsync(file, PackFile.Write(pack with { Lines = [.. pack.Lines.Select((line, at) => at == 0 ? line with { Text = "Nobody wins without the controller." } : line)] }), Token);
        (await RunAsync("import", TalkSeed.Bills, "--in", "pack.json")).Said.ShouldContain("Version 3 of the pack");
        var stale = await RunAsync("import", TalkSeed.Bills, "--in", "pack.json");
        stale.Exit.ShouldBe(1);
        stale.Said.ShouldContain("saved version 3 of the pack of 'Bill payment' while you were changing version 2");

        (await RunAsync("diff", TalkSeed.Bills)).Said.ShouldContain("changed under Numbers: Nobody wins without the controller.");
        var json = JsonElement.Parse((await RunAsync("diff", TalkSeed.Bills, "--from", "1", "--to", "3", "--json")).Said);
        json.GetProperty("differences").GetArrayLength().ShouldBeGreaterThan(1);
        (await RunAsync("show", TalkSeed.Bills, "--version", "9")).Said.ShouldContain("has no version 9; the newest is 3.");
        var none = await RunAsync("draft", "nothing");
        (none.Exit, none.Said.Trim()).ShouldBe((2, "There is no segment 'nothing'. Take its key from the list of segments."));
    }

    [Fact]
    public async Task Pack_Proposals_AreListedAcceptedAndRejected()
    {
        await using (var ledger = await OpenAsync())
        {
            await TalkSeed.PlantAsync(ledger);
            await ledger.ProposeAsync([Proposal("price", "They ask for one price."), Proposal("time", "They have no time in June.")], "learning", Token);
        }
        var listed = await RunAsync("proposals", TalkSeed.Bills);
        listed.Said.ShouldContain("New under Objections and answers: price: They ask for one price.");
        listed.Said.ShouldContain("Heard in ten notes. (accounts 1; template)");

        (await RunAsync("accept", TalkSeed.Bills, PackProposal.IdOf(TalkSeed.Bills, "price"))).Said.ShouldContain("The proposal is accepted and in the pack.");
        (await RunAsync("reject", TalkSeed.Bills, PackProposal.IdOf(TalkSeed.Bills, "time"))).Said.ShouldContain("The proposal is rejected");
        var again = await RunAsync("accept", TalkSeed.Bills, PackProposal.IdOf(TalkSeed.Bills, "time"));
        again.Exit.ShouldBe(1);
        again.Said.ShouldContain("has already rejected this proposal");
        (await RunAsync("proposals", TalkSeed.Bills)).Said.ShouldContain("No proposal waits.");
        JsonElement.Parse((await RunAsync("proposals", TalkSeed.Bills, "--all", "--json")).Said).EnumerateArray().Select(row => row.GetProperty("state").GetString()).ShouldBe(["rejected", "accepted"]);
        (await RunAsync("show", TalkSeed.Bills)).Said.ShouldContain("They ask for one price.");
    }

    private static PackProposal Proposal(string about, string text) => new(
        PackProposal.IdOf(TalkSeed.Bills, about), TalkSeed.Bills,
        new PackChange.Add(new PackLine(PackLine.IdOf(PackSection.Objections, about), PackSection.Objections, about, text, PackTier.Common, PackEvidence.Of(["1"]), PackAuthor.Template, PackLineState.Draft)),
        "Heard in ten notes.", PackEvidence.Of(["1"]), ProposalSource.Learning, PackAuthor.Template, DateTimeOffset.UnixEpoch);

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(_folder, ["segments", "pack", .. arguments]);
        var exit = await process.ExitAsync(Token);
        return (exit, process.Output);
    }

    private async Task<Ledger> OpenAsync()
    {
        var file = Path.Combine(_folder, "ledger.db");
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), JsonSerializer.Serialize(new { CrmSync = new { Ledger = new { File = file } } }), Token);
        return await EmptyLedger.OpenAsync(file, Token);
    }
}
