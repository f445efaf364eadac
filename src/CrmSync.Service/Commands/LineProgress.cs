namespace CrmSync.Service.Commands;

/// <summary>A count on one line of the terminal, overwritten in place; says nothing where nobody watches.</summary>
internal sealed class LineProgress(string what) : IProgress<long>
{
    private int _longest;

    public void Report(long value) => Report(value, "");

    /// <summary>Shows a count, with what else there is to say.</summary>
    public void Report(long value, string more)
    {
        if (System.Console.IsErrorRedirected)
            return;
        var line = $"{value:N0} {what}{more}";
        // A shorter line would leave the end of a longer one standing.
        System.Console.Error.Write($"\r{line.PadRight(_longest)}");
        _longest = Math.Max(_longest, line.Length);
    }
}
