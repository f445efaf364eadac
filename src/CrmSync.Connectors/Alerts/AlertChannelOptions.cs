using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Alerts;

namespace CrmSync.Connectors.Alerts;

/// <summary>One way to tell people of alerts.</summary>
public sealed class AlertChannelOptions
{
    /// <summary>A signed webhook of anybody's.</summary>
    public const string Webhook = "webhook";

    /// <summary>An incoming webhook of Slack, or of anything that understands the same.</summary>
    public const string Slack = "slack";

    /// <summary>Mail by SMTP.</summary>
    public const string Mail = "mail";

    /// <summary>Permanent key.</summary>
    public string Key { get; set; } = "";

    /// <summary>webhook, slack or mail.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Where a webhook leads. Slack's address is a secret itself: give it by <see cref="UrlFile"/> or an environment variable.</summary>
    public Uri? Url { get; set; }

    /// <summary>File that holds the address; wins over <see cref="Url"/>.</summary>
    public string? UrlFile { get; set; }

    /// <summary>Secret under which a webhook is signed, or the mail server's password.</summary>
    public string? Secret { get; set; }

    /// <summary>File that holds the secret; wins over <see cref="Secret"/>, and is read for every message, so a rotated one needs no restart.</summary>
    public string? SecretFile { get; set; }

    /// <summary>Kinds of alerts that it wants; empty for all.</summary>
    public IReadOnlyList<AlertKind> Kinds { get; set; } = [];

    /// <summary>When it is not used.</summary>
    public QuietHoursOptions QuietHours { get; set; } = new();

    /// <summary>The mail server; for mail.</summary>
    public string? Host { get; set; }

    /// <summary>Its port. Default 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Whether the connection is encrypted by STARTTLS before anything is said. Default true.</summary>
    public bool StartTls { get; set; } = true;

    /// <summary>User name at the mail server; null where it asks for none.</summary>
    public string? User { get; set; }

    /// <summary>Sender's address.</summary>
    public string? From { get; set; }

    /// <summary>Receivers' addresses.</summary>
    public IReadOnlyList<string> To { get; set; } = [];

    /// <summary>Everything that is wrong with a list of channels, each a sentence with its place.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="outbound">What may be called.</param>
    /// <param name="place">Where they stand, such as <c>CrmSync:Alerts:Channels</c>.</param>
    public static IEnumerable<string> Faults(IReadOnlyList<AlertChannelOptions> channels, OutboundOptions outbound, string place)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(outbound);
        // What is wrong with the list itself is said where it stands.
        var gate = new OutboundGate(outbound.Faults(place).Any() ? new OutboundOptions() : outbound);
        foreach (var twice in channels.GroupBy(channel => channel.Key).Where(group => group.Count() > 1))
            yield return $"{place} names the key '{twice.Key}' twice; give each channel its own.";
        foreach (var (at, channel) in channels.Index())
        {
            foreach (var fault in channel.Faults(gate))
                yield return $"{place}:{at}:{fault}";
        }
    }

    private IEnumerable<string> Faults(IOutboundGate gate)
    {
        if (string.IsNullOrWhiteSpace(Key) || Key.Length > 60)
            yield return "Key is missing or longer than 60 characters; it names the channel for good, such as ops-mail.";
        if (Kinds.Contains(AlertKind.Test))
            yield return "Kinds names Test, which every channel takes; leave it out.";
        Pipeline.Alerts.QuietHours.Parse(QuietHours.Zone, QuietHours.From, QuietHours.To, out var fault);
        if (fault is not null)
            yield return $"QuietHours: {fault}";
        var more = Kind switch
        {
            Webhook => AddressFaults(gate).Concat(string.IsNullOrWhiteSpace(Secret) && string.IsNullOrWhiteSpace(SecretFile)
                ? ["SecretFile is missing; the receiver needs a shared secret to tell our messages from anybody's."] : []),
            Slack => AddressFaults(gate),
            Mail => MailFaults(),
            _ => [$"Kind is '{Kind}'; give webhook, slack or mail."],
        };
        foreach (var one in more)
            yield return one;
    }

    private IEnumerable<string> AddressFaults(IOutboundGate gate)
    {
        if (string.IsNullOrWhiteSpace(UrlFile) && gate.Fault(Url) is { } fault)
            yield return $"Url {fault}.";
    }

    private IEnumerable<string> MailFaults()
    {
        if (Uri.CheckHostName(Host) is UriHostNameType.Unknown)
            yield return $"Host is '{Host}'; give the mail server's name.";
        if (Port is < 1 or > 65535)
            yield return $"Port is {Port}; give 1 to 65535, mostly 587.";
        if (!StartTls && !string.IsNullOrWhiteSpace(User))
            yield return "StartTls is off, but a User is given; a password must not go over an open line.";
        if (To.Count is 0)
            yield return "To is empty; name at least one receiver.";
        foreach (var address in To.Append(From ?? "").Where(address => !System.Net.Mail.MailAddress.TryCreate(address, out _)))
            yield return $"'{address}' is no mail address (From and To).";
    }
}

/// <summary>When a channel is not used, by the clock of a zone.</summary>
public sealed class QuietHoursOptions
{
    /// <summary>IANA zone. Default UTC.</summary>
    public string? Zone { get; set; }

    /// <summary>Begin, such as 22:00.</summary>
    public string? From { get; set; }

    /// <summary>End, such as 07:00.</summary>
    public string? To { get; set; }
}
