using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Commands;

/// <summary>Something that decides, as a command's option names it.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Cascade">The cascade that decides.</param>
internal sealed record Decider(string Name, Cascade Cascade)
{
    /// <summary>The word for the rules without a model.</summary>
    public const string Rules = "rules";

    /// <summary>The one place where an option becomes a cascade.</summary>
    /// <param name="model">Null for the shipped model after the rules, <see cref="Rules"/>, or the path of a model file that takes the shipped one's place.</param>
    /// <param name="taxonomies">What is asked.</param>
    /// <param name="option">The option's name, for messages.</param>
    public static Decider Load(string? model, TaxonomySet taxonomies, string option) => model switch
    {
        null => new Decider("the shipped cascade", Cascade.CreateDefault(taxonomies)),
        Rules => new Decider(Rules, Cascade.CreateRulesOnly(taxonomies)),
        _ when File.Exists(model) => new Decider(Path.GetFileName(model), Cascade.CreateDefault(taxonomies, model: Read(model, option))),
        _ => throw new UsageException($"{option} names {model}, which does not exist; give the path of a model file, or \"{Rules}\" for the rules alone."),
    };

    private static LocalModel Read(string path, string option)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return LocalModel.Read(stream);
        }
        catch (ModelFileException fault)
        {
            throw new UsageException($"{option} names {path}. {fault.Message}");
        }
    }
}
