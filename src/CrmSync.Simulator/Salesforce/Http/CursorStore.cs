using System.Globalization;
using CrmSync.Simulator.Salesforce.Soql;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>
/// Results that were too long for one page, by locator. They expire, and the oldest is lost when too many are open, as Salesforce does.
/// Thread-safe.
/// </summary>
internal sealed class CursorStore(SalesforceSimulatorOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(unchecked(options.Seed * 31));
    private readonly Dictionary<string, Cursor> _open = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = new();

    /// <summary>Keeps a result.</summary>
    /// <returns>Its locator: 18 letters and digits without meaning.</returns>
    public string Open(SoqlResult result, int pageSize)
    {
        lock (_gate)
        {
            const string letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
            string locator = $"0r8{new string(_random.GetItems<char>(letters, 15))}";
            _open[locator] = new Cursor(result, pageSize, clock.GetUtcNow());
            _oldestFirst.Enqueue(locator);
            while (_oldestFirst.Count > options.OpenLocators)
                _open.Remove(_oldestFirst.Dequeue());
            return locator;
        }
    }

    /// <exception cref="SalesforceException">The locator is unknown, expired or lost.</exception>
    public (Cursor Cursor, string Locator, int Offset) Find(string locatorAndOffset)
    {
        int dash = locatorAndOffset.LastIndexOf('-');
        string locator = dash < 0 ? locatorAndOffset : locatorAndOffset[..dash];
        bool numbered = int.TryParse(locatorAndOffset.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int offset);
        lock (_gate)
        {
            bool usable = numbered && _open.TryGetValue(locator, out Cursor? found) && found.OpenedAt + options.LocatorLifetime > clock.GetUtcNow()
                && offset < found.Result.Rows.Count;
            return usable ? (_open[locator], locator, offset) : throw new SalesforceException(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
        }
    }

    public void Lose(string locator)
    {
        lock (_gate)
            _open.Remove(locator);
    }

    public void LoseAll()
    {
        lock (_gate)
        {
            _open.Clear();
            _oldestFirst.Clear();
        }
    }
}

/// <summary>An open result.</summary>
internal sealed record Cursor(SoqlResult Result, int PageSize, DateTimeOffset OpenedAt);
