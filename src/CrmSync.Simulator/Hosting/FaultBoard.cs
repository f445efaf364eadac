namespace CrmSync.Simulator.Hosting;

/// <summary>
/// The dials of one simulator. The simulator offers the faults that it can show, with what beginning and healing a lasting one does; tests, commands and the
/// admin page turn them. Draws come from a seed, so the same calls in the same order meet the same faults. Thread-safe.
/// </summary>
/// <param name="seed">Seed of the draws.</param>
public sealed class FaultBoard(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly List<Offered> _offered = [];

    /// <summary>Adds a dial. <paramref name="begin"/> and <paramref name="heal"/> run outside the board's lock.</summary>
    /// <exception cref="ArgumentException">The code is taken.</exception>
    public void Offer(FaultDial dial, Action<DialSetting>? begin = null, Action? heal = null)
    {
        lock (_lock)
        {
            if (_offered.Any(other => other.Dial.Code == dial.Code))
                throw new ArgumentException($"The board has a dial {dial.Code} already.", nameof(dial));
            _offered.Add(new Offered(dial, begin, heal));
        }
    }

    /// <summary>Turns a dial; one that is on already is healed first where it lasts.</summary>
    /// <exception cref="ArgumentException">No dial has the code, or the setting is out of its range; the message says which.</exception>
    public void Turn(string code, DialSetting setting)
    {
        if (setting.Probability is not (>= 0 and <= 1))
            throw new ArgumentException($"The probability of {code} is {setting.Probability}; give 0 to 1.", nameof(setting));
        if (setting.Count is < 1)
            throw new ArgumentException($"The count of {code} is {setting.Count}; give 1 or more, or none.", nameof(setting));
        var offered = Find(code);
        if (offered.Dial.Length == FaultLength.Lasting)
            Heal(code);
        lock (_lock)
        {
            offered.Setting = setting;
            offered.Left = setting.Count ?? int.MaxValue;
        }
        try
        {
            offered.Begin?.Invoke(setting);
        }
        catch
        {
            // A fault that could not begin (a target that does not exist) is not on.
            lock (_lock)
                offered.Setting = null;
            throw;
        }
    }

    /// <summary>Turns a dial off; a lasting fault is undone. Nothing happens where it is off.</summary>
    /// <exception cref="ArgumentException">No dial has the code.</exception>
    public void Heal(string code)
    {
        var offered = Find(code);
        lock (_lock)
        {
            if (offered.Setting is null)
                return;
            offered.Setting = null;
        }
        offered.Undo?.Invoke();
    }

    /// <summary>Turns every dial off.</summary>
    public void HealAll()
    {
        foreach (var state in Snapshot())
            Heal(state.Dial.Code);
    }

    /// <summary>Every dial as it stands, in the order in which they were offered.</summary>
    public IReadOnlyList<DialState> Snapshot()
    {
        lock (_lock)
            return [.. _offered.Select(offered => new DialState(offered.Dial, offered.Setting, offered.Met))];
    }

    /// <summary>The setting of a dial that is on; null where it is off or not offered. Does not draw.</summary>
    public DialSetting? On(string code)
    {
        lock (_lock)
            return _offered.FirstOrDefault(offered => offered.Dial.Code == code)?.Setting;
    }

    /// <summary>Whether this call meets the fault now; counts it where it does.</summary>
    /// <param name="code">The dial.</param>
    /// <param name="method">HTTP method of the call.</param>
    /// <param name="route">Its route template.</param>
    /// <param name="path">Its path.</param>
    public bool Draw(string code, string method, string route, string path) => Take(code, method, route, path) is not null;

    /// <summary>As <see cref="Draw"/>, with the setting that the call met; null where it met nothing.</summary>
    /// <param name="code">The dial.</param>
    /// <param name="method">HTTP method of the call.</param>
    /// <param name="route">Its route template.</param>
    /// <param name="path">Its path.</param>
    /// <param name="certain">Whether the chance is left out, for the later calls of a run.</param>
    public DialSetting? Take(string code, string method, string route, string path, bool certain = false)
    {
        lock (_lock)
        {
            var offered = _offered.FirstOrDefault(other => other.Dial.Code == code);
            if (offered?.Setting is not { } setting || !Fits(setting, method, route, path))
                return null;
            if (!certain && offered.Dial.Length == FaultLength.Transient && setting.Probability < 1
                && _random.NextDouble() >= setting.Probability)
                return null;
            offered.Met++;
            if (--offered.Left == 0)
                offered.Setting = null;
            return setting;
        }
    }

    private static bool Fits(DialSetting setting, string method, string route, string path) =>
        (setting.Method is null || setting.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
        && (setting.Route is null || route.Contains(setting.Route, StringComparison.OrdinalIgnoreCase)
            || path.Contains(setting.Route, StringComparison.OrdinalIgnoreCase));

    private Offered Find(string code)
    {
        lock (_lock)
        {
            return _offered.FirstOrDefault(offered => offered.Dial.Code == code)
                ?? throw new ArgumentException($"This simulator has no dial {code}; it has {string.Join(", ", _offered.Select(offered => offered.Dial.Code))}.", nameof(code));
        }
    }

    private sealed class Offered(FaultDial dial, Action<DialSetting>? begin, Action? undo)
    {
        public FaultDial Dial { get; } = dial;

        public Action<DialSetting>? Begin { get; } = begin;

        public Action? Undo { get; } = undo;

        public DialSetting? Setting { get; set; }

        public int Left { get; set; }

        public long Met { get; set; }
    }
}
