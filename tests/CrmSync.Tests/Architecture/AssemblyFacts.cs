using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CrmSync.Tests.Architecture;

/// <summary>What a compiled project of ours refers to, read from its metadata.</summary>
internal sealed record AssemblyFacts(string Name, IReadOnlySet<string> Assemblies, IReadOnlySet<string> Types)
{
    public static AssemblyFacts Of(Assembly assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly.Location));
        var metadata = image.GetMetadataReader();
        var assemblies = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));
        var types = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}");
        return new AssemblyFacts(assembly.GetName().Name!, assemblies.ToHashSet(), types.ToHashSet());
    }
}
