using System.Text;
using CrmSync.Pipeline.Model;
using CrmSync.Storage;
using CrmSync.Storage.Credentials;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public sealed class CredentialCipherTests : IDisposable
{
    private static readonly StoredCredential Credential = new(
        "refresh-canary", "access-canary", new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero), "https://example.my.salesforce.com");

    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-keys-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "master.keys");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Seal_SameCredentialTwice_GivesOtherBytesThatOpenToTheSame()
    {
        var keys = MasterKeys.Load(Path);
        var one = CredentialCipher.Seal(keys, "crm", Credential);
        var two = CredentialCipher.Seal(keys, "crm", Credential);
        one.Ciphertext.ShouldNotBe(two.Ciphertext);
        one.Nonce.ShouldNotBe(two.Nonce);
        Encoding.UTF8.GetString(one.Ciphertext).ShouldNotContain("canary");
        CredentialCipher.Open(keys, "crm", one).ShouldBe(Credential);
    }

    [Fact]
    public void Open_AnyChange_IsRefusedWithoutTheSecret()
    {
        var keys = MasterKeys.Load(Path);
        var row = CredentialCipher.Seal(keys, "crm", Credential);
        for (var at = 0; at < row.Ciphertext.Length; at++)
        {
            byte[] changed = [.. row.Ciphertext];
            changed[at] ^= 1;
            Refused(() => CredentialCipher.Open(keys, "crm", row with { Ciphertext = changed }));
        }

        Refused(() => CredentialCipher.Open(keys, "other", row));
        Refused(() => CredentialCipher.Open(keys, "crm", row with { Ciphertext = row.Ciphertext[..8] }));
        Refused(() => CredentialCipher.Open(keys, "crm", row with { Nonce = [] }));

        static void Refused(Action open)
        {
            var error = Should.Throw<LedgerException>(open);
            error.Code.ShouldBe("ledger.credential");
            error.ToString().ShouldNotContain("canary");
        }
    }

    [Fact]
    public void Load_KeyAdded_EncryptsWithItAndStillOpensTheOld()
    {
        var old = CredentialCipher.Seal(MasterKeys.Load(Path), "crm", Credential);
        var second = System.IO.Path.Combine(_folder, "second.keys");
        var other = MasterKeys.Load(second);
        Refusal(() => CredentialCipher.Open(other, "crm", old)).ShouldContain(old.KeyId);

        var (id, key) = other.Newest;
        File.WriteAllText(Path, File.ReadAllText(Path).Replace("]", $$""", {"id":"{{id}}","key":"{{Convert.ToBase64String(key)}}"}]""", StringComparison.Ordinal));
        var both = MasterKeys.Load(Path);
        CredentialCipher.Seal(both, "crm", Credential).KeyId.ShouldBe(id);
        CredentialCipher.Open(both, "crm", old).ShouldBe(Credential);
    }

    [Fact]
    public void Load_NoFile_MakesOneForThisUserAlone()
    {
        var path = System.IO.Path.Combine(_folder, "sub", "master.keys");
        var made = MasterKeys.Load(path);
        MasterKeys.Load(path).Newest.Key.ShouldBe(made.Newest.Key);
        Directory.GetFiles(System.IO.Path.GetDirectoryName(path)!).ShouldBe([path]);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Load_FolderThatAnybodyMayWriteTo_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such mode.");
            return;
        }

        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherWrite);
        Refusal(() => MasterKeys.Load(Path)).ShouldContain(Path);
        File.Exists(Path).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"schema":"crmsync/master-keys/1","keys":[]}""")]
    [InlineData("""{"schema":"crmsync/master-keys/1","keys":[{"id":"k","key":"c2hvcnQtY2FuYXJ5"}]}""")]
    [InlineData("""{"schema":"crmsync/master-keys/1","keys":[{"id":"k","key":"canary, no base64"}]}""")]
    [InlineData("""{"schema":"crmsync/master-keys/1","keys":[{"id":"k"}]}""")]
    [InlineData("""{"schema":"crmsync/master-keys/1","keys":[null]}""")]
    public void Load_AnotherFile_IsRefusedWithTheWayOut(string text)
    {
        File.WriteAllText(Path, text);
        var message = Refusal(() => MasterKeys.Load(Path));
        message.ShouldContain(Path);
        message.ShouldNotContain("canary");
    }

    private static string Refusal(Func<object?> action)
    {
        var error = Should.Throw<LedgerException>(() => action());
        error.Code.ShouldBe("ledger.master_key");
        return error.Message;
    }
}
