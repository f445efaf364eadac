using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Alerts;

/// <summary>
/// Mail by SMTP, encrypted by STARTTLS. The server's addresses are judged before each message; the framework's client then looks the name up once more itself,
/// because the certificate belongs to the name. Thread-safe.
/// </summary>
internal sealed class MailChannel(AlertChannelOptions options, IOutboundGate gate) : IAlertChannel
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Key => options.Key;

    /// <inheritdoc/>
    public string Description => $"mail over {options.Host}:{options.Port} to {options.To.Count} receivers";

    /// <inheritdoc/>
    public IReadOnlyList<AlertKind> Kinds => options.Kinds;

    /// <inheritdoc/>
    public QuietHours? Quiet { get; } = QuietHours.Parse(options.QuietHours.Zone, options.QuietHours.From, options.QuietHours.To, out _);

    private CallPlace Place => new(options.Key, "telling an alert");

    /// <inheritdoc/>
    public async Task<Result<bool>> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var password = await SecretText.ReadAsync(options.Secret, options.SecretFile, cancellationToken);
        if (!string.IsNullOrWhiteSpace(options.User) && password is null)
            return AlertFailures.SecretMissing.At(Place);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Longest);
        try
        {
            await gate.ResolveAsync(options.Host!, patience.Token);
            using var client = new SmtpClient(options.Host, options.Port)
            {
                EnableSsl = options.StartTls, DeliveryMethod = SmtpDeliveryMethod.Network, UseDefaultCredentials = false,
                Credentials = string.IsNullOrWhiteSpace(options.User) ? null : new NetworkCredential(options.User, password),
            };
            using var mail = Write(message);
            await client.SendMailAsync(mail, patience.Token);
            return true;
        }
        catch (OutboundRefusedException refused)
        {
            return AlertFailures.Refused.At(Place, refused.Message.TrimEnd('.'));
        }
        catch (SmtpException fault) when (fault.StatusCode is not (SmtpStatusCode.GeneralFailure or SmtpStatusCode.ServiceNotAvailable))
        {
            return AlertFailures.NotTaken.At(Place, $"it answered {(int)fault.StatusCode}");
        }
        catch (Exception fault) when (fault is SmtpException or SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return AlertFailures.Unreachable.At(Place);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return AlertFailures.Unreachable.At(Place);
        }
    }

    private MailMessage Write(AlertMessage message)
    {
        var state = message.State switch
        {
            AlertState.Broken => "broken",
            AlertState.Fine => "recovered",
            AlertState.Test => "test",
        };
        var mail = new MailMessage
        {
            From = new MailAddress(options.From!),
            Subject = $"CrmSync: {message.Key} {state}".ReplaceLineEndings(" "),
            SubjectEncoding = Encoding.UTF8,
            Body = $"{message.Sentence}\r\n\r\n{message.Fix}\r\n\r\n{message.At.UtcDateTime:u}, change {message.Id}\r\n",
            BodyEncoding = Encoding.UTF8,
        };
        foreach (var receiver in options.To)
            mail.To.Add(new MailAddress(receiver));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }
}
