using System.Globalization;

namespace CrmSync.Simulator.Hosting;

/// <summary>
/// The faults of HTTP itself, the same in every simulator: F1, F2, F4 to F8 and F13. <see cref="FaultMiddleware"/> offers them on a board
/// and lets calls meet them. A name that does not resolve and a certificate that does not fit cannot be shown behind a loopback address
/// without TLS: F13 is a connection that is cut before any answer, which a client meets as the same failure to connect. Thread-safe.
/// </summary>
internal sealed class HttpDials
{
    private const int LongestRun = 1000;
    private static readonly int[] Outages = [500, 502, 503, 504];

    private static readonly FaultDial[] All =
    [
        new("F1", "429 with Retry-After", FaultLength.Transient) { TargetHint = "seconds to wait, 0 to 3600 (1)" },
        new("F2", "429 without Retry-After", FaultLength.Transient),
        new("F4", "Run of 500, 502, 503 or 504", FaultLength.Transient)
        {
            TargetHint = "status, or status x length of the run, such as 503x3 (each in turn, x2)",
        },
        new("F5", "No answer after the work was done", FaultLength.Transient) { TargetHint = "drop or hang (drop)" },
        new("F6", "Answer cut in mid-body", FaultLength.Transient) { TargetHint = "reset or truncated (reset)" },
        new("F7", "200 with an HTML page", FaultLength.Transient),
        new("F8", "Answer drips slowly", FaultLength.Transient) { TargetHint = "seconds in all, 0 to 3600 (5)" },
        new("F13", "Connection reset before any answer", FaultLength.Transient),
    ];

    // A call meets one fault at most; whatever keeps it from arriving comes first.
    private static readonly string[] Order = ["F13", "F1", "F2", "F4", "F7", "F8", "F5", "F6"];

    private readonly FaultBoard _board;
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _outages;
    private int _runStatus;
    private int _runLeft;

    /// <summary>Offers every dial whose code the simulator has not given a meaning of its own.</summary>
    public HttpDials(FaultBoard board)
    {
        _board = board;
        HashSet<string> taken = [.. board.Snapshot().Select(state => state.Dial.Code)];
        foreach (var dial in All.Where(dial => !taken.Contains(dial.Code)))
        {
            board.Offer(dial, setting => Check(dial.Code, setting.Target));
            _own.Add(dial.Code);
        }
    }

    /// <summary>The fault that this call meets, or null.</summary>
    public Fault? Take(string method, string route, string path)
    {
        foreach (var code in Order)
        {
            if (_own.Contains(code) && Meet(code, method, route, path) is { } fault)
                return fault;
        }
        return null;
    }

    private Fault? Meet(string code, string method, string route, string path)
    {
        if (code == "F4")
            return MeetOutage(method, route, path);
        if (_board.Take(code, method, route, path) is not { Target: var target })
            return null;
        return code switch
        {
            "F1" => new Fault { Kind = FaultKind.Refuse, Status = 429, RetryAfter = Seconds(target, 1) },
            "F2" => new Fault { Kind = FaultKind.Refuse, Status = 429 },
            "F5" => new Fault { Kind = target == "hang" ? FaultKind.HangAfterApply : FaultKind.DropAfterApply },
            "F6" => new Fault { Kind = target == "truncated" ? FaultKind.Truncate : FaultKind.ResetMidBody },
            "F7" => new Fault { Kind = FaultKind.Html },
            "F8" => new Fault { Kind = FaultKind.Drip, Delay = Seconds(target, 5)!.Value },
            _ => new Fault { Kind = FaultKind.Drop },
        };
    }

    /// <summary>One chance begins a run; the calls after it belong to the run whatever the chance says.</summary>
    private Fault? MeetOutage(string method, string route, string path)
    {
        lock (_lock)
        {
            var running = _runLeft > 0;
            if (_board.Take("F4", method, route, path, certain: running) is not { } setting)
            {
                if (running && _board.On("F4") is null)
                    _runLeft = 0;
                return null;
            }

            if (running)
            {
                _runLeft--;
            }
            else
            {
                var (status, length) = Run(setting.Target)!.Value;
                _runStatus = status ?? Outages[_outages++ % Outages.Length];
                _runLeft = length - 1;
            }
            return new Fault { Kind = FaultKind.Refuse, Status = _runStatus };
        }
    }

    private void Check(string code, string? target)
    {
        var fits = code switch
        {
            "F1" or "F8" => Seconds(target, 0) is not null,
            "F4" => Run(target) is not null,
            "F5" => target is null or "drop" or "hang",
            "F6" => target is null or "reset" or "truncated",
            _ => target is null,
        };
        if (fits)
            return;
        _board.Heal(code);
        var hint = Array.Find(All, dial => dial.Code == code)!.TargetHint;
        throw new ArgumentException(
            $"The target of {code} is \"{target}\"; " + (hint is null ? "it takes none." : $"give {hint}, or none."), nameof(target));
    }

    private static TimeSpan? Seconds(string? target, int otherwise)
    {
        if (target is null)
            return TimeSpan.FromSeconds(otherwise);
        return double.TryParse(target, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private static (int? Status, int Length)? Run(string? target)
    {
        if (target is null)
            return (null, 2);
        var parts = target.Split('x', 2);
        var length = 1;
        var reads = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var status) && Outages.Contains(status)
            && (parts.Length == 1 || (int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length) && length is >= 1 and <= LongestRun));
        return reads ? (status, length) : null;
    }
}
