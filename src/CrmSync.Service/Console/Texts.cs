using System.Collections.Concurrent;
using System.Globalization;
using System.Resources;

namespace CrmSync.Service.Console;

/// <summary>The texts of a class that speaks to people: they stand in a <c>.resx</c> of its own name beside it, in English. Thread-safe.</summary>
internal sealed class Texts
{
    private static readonly ConcurrentDictionary<string, Texts> Known = new(StringComparer.Ordinal);
    private readonly ResourceManager _texts;

    private Texts(string name) => _texts = new ResourceManager(name, typeof(Texts).Assembly);

    /// <summary>A text.</summary>
    /// <param name="name">Its name in the <c>.resx</c>.</param>
    /// <param name="arguments">What stands for {0}, {1} and so on; numbers are written as in English.</param>
    /// <exception cref="MissingManifestResourceException">There is no such text.</exception>
    public string this[string name, params object?[] arguments] => string.Format(
        CultureInfo.InvariantCulture,
        _texts.GetString(name, CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException($"\"{_texts.BaseName}\" has no text \"{name}\"."),
        arguments);

    /// <summary>The texts beside a class.</summary>
    public static Texts Of(Type type) => Known.GetOrAdd(type.FullName!, name => new Texts(name));

    /// <summary>The texts beside a page, which its markup reads as well.</summary>
    /// <param name="page">Its path in <c>Console/Pages</c>, with dots, such as <c>Shared._Flow</c>.</param>
    public static Texts OfPage(string page) => Known.GetOrAdd($"{typeof(Texts).Namespace}.Pages.{page}", name => new Texts(name));
}
