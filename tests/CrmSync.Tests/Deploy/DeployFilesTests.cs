using System.Text;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Deploy;

/// <summary>The committed files are what the code makes of the shipped taxonomies; nothing else lies beside them.</summary>
public sealed class DeployFilesTests
{
    private const string Rewrite = "CRMSYNC_UPDATE_DEPLOY";

    [Theory]
    [InlineData("deploy/salesforce")]
    [InlineData("deploy/hubspot")]
    public void CommittedFiles_ComparedWithGenerated_AreTheSameBytes(string folder)
    {
        var generated = folder.EndsWith("salesforce", StringComparison.Ordinal) ? DeployFolder.Salesforce() : DeployFolder.HubSpot();
        var root = RepositoryFolder.PathOf(folder);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
            Write(root, generated);

        var differing = generated
            .Where(file => !File.Exists(Path.Combine(root, file.Key)) || !File.ReadAllBytes(Path.Combine(root, file.Key)).SequenceEqual(Encoding.UTF8.GetBytes(file.Value)))
            .Select(file => file.Key);
        differing.ShouldBeEmpty(
            $"these files of {folder} are not what the code generates; look at the difference after: {Rewrite}=1 dotnet test tests/CrmSync.Tests --filter DeployFilesTests");

        var stray = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Where(path => path != "README.md" && !generated.ContainsKey(path));
        stray.ShouldBeEmpty($"nothing generates these files of {folder}; remove them");
    }

    [Fact]
    public void Generated_Twice_IsTheSame()
    {
        DeployFolder.Salesforce().ShouldBe(DeployFolder.Salesforce());
        DeployFolder.HubSpot().ShouldBe(DeployFolder.HubSpot());
    }

    [Fact]
    public void Generated_TextFiles_HaveUnixLineEndsAndNoByteOrderMark()
    {
        foreach (var (path, text) in DeployFolder.Salesforce().Concat(DeployFolder.HubSpot()))
        {
            text.ShouldNotContain('\r', path);
            text[0].ShouldNotBe('\uFEFF', path);
            text.ShouldEndWith("\n", Case.Sensitive, path);
        }
    }

    [Fact]
    public void Salesforce_TaxonomyOfAnAdministrator_KeepsAwkwardValuesAsTheyAre()
    {
        LabelOption[] options = [new("Won & <signed>", "x"), new("Verhandlung läuft", "y")];
        LabelProperty[] wanted = [new("own", "Own_Label__c", "Own \"label\"", "Says & means <this>.", options)];

        var field = CrmSync.Connectors.DeployFiles.Salesforce(wanted).Single(file => file.Path == "force-app/main/default/objects/Activity/fields/Own_Label__c.field-meta.xml");

        MetadataFile.Parse(field.Text).Values().ShouldBe(["Won & <signed>", "Verhandlung läuft"]);
    }

    [Fact]
    public void Salesforce_NameWithoutSuffix_IsRefusedWithItsName() =>
        Should.Throw<ArgumentException>(() => CrmSync.Connectors.DeployFiles.Salesforce([new("own", "Own_Label", "Own", "x", [new("A", "a"), new("B", "b")])]))
            .Message.ShouldContain("Own_Label");

    private static void Write(string root, IReadOnlyDictionary<string, string> files)
    {
        foreach (var (path, text) in files)
        {
            var target = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, Encoding.UTF8.GetBytes(text));
        }
    }
}
