using System.Collections.Frozen;
using System.Text.Json;

namespace CrmSync.Storage.Database;

/// <summary>How enumerations are stored: lower snake case, as design §5 fixed it.</summary>
internal static class Stored
{
    public const string Open = "('pending', 'sending', 'unknown')";

    public static string Name<T>(T value)
        where T : struct, Enum => Map<T>.Names[value];

    public static T Parse<T>(string text)
        where T : struct, Enum =>
        Map<T>.Values.TryGetValue(text, out var value)
            ? value
            : throw new LedgerException("ledger.storage", $"The ledger holds \"{text}\" where a {typeof(T).Name} was expected; a newer version may have written it.");

    private static class Map<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Names = Enum.GetValues<T>()
            .ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly FrozenDictionary<string, T> Values = Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
    }
}
