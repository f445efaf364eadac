using System.Globalization;
using System.Text;

namespace CrmSync.Storage.Runs;

/// <summary>What a run was asked, as words of the form key=value that people can search for. Ids, names and instants only.</summary>
internal sealed class RunArguments
{
    private const int Longest = 2_000;
    private readonly StringBuilder _text = new();

    /// <summary>Adds a word; nothing where there is no value.</summary>
    public RunArguments Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return this;
        if (_text.Length > 0)
            _text.Append(' ');
        _text.Append(name).Append('=').Append(string.Join('+', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        return this;
    }

    /// <summary>Adds an instant to the second.</summary>
    public RunArguments Add(string name, DateTimeOffset at) => Add(name, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    /// <summary>Adds a number; nothing where there is none.</summary>
    public RunArguments Add(string name, long? number) => Add(name, number?.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => _text.Length <= Longest ? _text.ToString() : _text.ToString(0, Longest);
}
