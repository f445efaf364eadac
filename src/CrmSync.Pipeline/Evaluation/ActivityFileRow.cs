using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>How a file of activities is written.</summary>
public enum FileFormat
{
    /// <summary>RFC 4180 with a header line, comma separated, UTF-8.</summary>
    Csv,

    /// <summary>One JSON object per line, UTF-8.</summary>
    JsonLines,
}

/// <summary>One data row of a file: an activity, or the reason why the row cannot be read.</summary>
/// <param name="Line">Line on which the row starts, from 1, the header counted.</param>
/// <param name="Id">The row's own id (<c>hs_object_id</c> or <c>id</c>), else its number among the data rows, from 0.</param>
/// <param name="Content">The activity; null when the row is malformed.</param>
/// <param name="Fault">One sentence naming what is wrong and the way out; null when the row is sound.</param>
/// <param name="Truth">
/// What the columns say that do not describe the activity, by column name in lower case and as the file spells it: what people decided, as a rule. A blank cell is
/// an empty text, a JSON null is null, a column that is not there is missing. <see cref="LabelledFile"/> reads answers out of it.
/// </param>
public sealed record ActivityFileRow(long Line, string Id, ActivityContent? Content, string? Fault, IReadOnlyDictionary<string, string?> Truth);

/// <summary>A file cannot be read at all; the message says why and how to mend it.</summary>
public sealed class ActivityFileException : Exception
{
    /// <summary>An exception without a stated reason.</summary>
    public ActivityFileException() : this("The file cannot be read.") { }

    /// <summary>An exception with its reason.</summary>
    public ActivityFileException(string message) : base(message) { }

    /// <summary>An exception with its reason and technical cause.</summary>
    public ActivityFileException(string message, Exception innerException) : base(message, innerException) { }
}
