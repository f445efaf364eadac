using CrmSync.Pipeline.Text;

namespace CrmSync.Service.Console.Words;

/// <summary>The readable beginning of a raw body.</summary>
internal static class Plain
{
    /// <summary>Mark-up gone, entities resolved; for one line of a list.</summary>
    public static string Opening(string raw) => TextDecoder.Decode(raw, out _);
}
