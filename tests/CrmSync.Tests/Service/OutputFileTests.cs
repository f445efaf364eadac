using CrmSync.Service.Commands;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Service;

public sealed class OutputFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crmsync-output-");

    private FileInfo Target => new(Path.Combine(_folder.FullName, "out.csv"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task WriteTextAsync_ToItsEnd_TakesTheTargetsPlace()
    {
        await File.WriteAllTextAsync(Target.FullName, "before", Token);

        (await OutputFile.WriteTextAsync(Target, async writer =>
        {
            await writer.WriteAsync("after");
            (await File.ReadAllTextAsync(Target.FullName, Token)).ShouldBe("before");
            return 5;
        })).ShouldBe(5);

        (await File.ReadAllTextAsync(Target.FullName, Token)).ShouldBe("after");
        _folder.GetFiles().Length.ShouldBe(1);
    }

    [Fact]
    public async Task WriteTextAsync_FailsHalfWay_LeavesTheTargetAndNothingBesideIt()
    {
        await File.WriteAllTextAsync(Target.FullName, "before", Token);

        await Should.ThrowAsync<InvalidOperationException>(() => OutputFile.WriteTextAsync<int>(Target, async writer =>
        {
            await writer.WriteAsync("half");
            throw new InvalidOperationException("cut off");
        }));

        (await File.ReadAllTextAsync(Target.FullName, Token)).ShouldBe("before");
        _folder.GetFiles().Length.ShouldBe(1);
    }

    [Fact]
    public void CheckFolder_ThatIsNotThere_NamesTheOptionAndTheFolder()
    {
        OutputFile.CheckFolder(Target, "--out");
        OutputFile.CheckFolder(null, "--out");
        Should.Throw<UsageException>(() => OutputFile.CheckFolder(new FileInfo(Path.Combine(_folder.FullName, "no", "x")), "--out")).Message.ShouldStartWith("--out lies in the folder");
    }
}
