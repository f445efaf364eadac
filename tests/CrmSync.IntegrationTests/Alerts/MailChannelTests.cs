using System.Net;
using System.Net.Sockets;
using System.Text;
using CrmSync.Connectors.Alerts;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Alerts;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Alerts;

/// <summary>Alerts by mail, in front of a server that speaks as much of SMTP (RFC 5321) as a delivery needs.</summary>
public sealed class MailChannelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_Alert_ArrivesWithSentenceAndWayOut()
    {
        using var listener = Listen();
        var serving = ServeAsync(listener, refuse: false);
        var sent = await Channel(listener).SendAsync(Message, Token);
        sent.Succeeded.ShouldBeTrue();
        var said = await serving;
        said.ShouldContain(line => line.StartsWith("RCPT TO:<revops@example.test>", StringComparison.OrdinalIgnoreCase));
        said.ShouldContain("Auto-Submitted: auto-generated", customMessage: string.Join('\n', said));
        said.ShouldContain(line => line.StartsWith("Subject: CrmSync: connection/hubspot broken", StringComparison.Ordinal));
        var body = string.Concat(said.SkipWhile(line => line.Length > 0).TakeWhile(line => line != "."));
        Encoding.UTF8.GetString(Convert.FromBase64String(body)).ShouldStartWith("Its token was refused.\r\n\r\nGive it a new one.");
    }

    [Fact]
    public async Task SendAsync_ServerThatTakesNobody_IsAFailureAndNoException()
    {
        using var listener = Listen();
        var serving = ServeAsync(listener, refuse: true);
        var sent = await Channel(listener).SendAsync(Message, Token);
        sent.Succeeded.ShouldBeFalse();
        sent.Failure!.Message.ShouldContain("550");
        await serving;
    }

    private static AlertMessage Message { get; } = new(
        7, "connection/hubspot", AlertKind.Connection, AlertState.Broken, "Its token was refused.", "Give it a new one.", new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero));

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static MailChannel Channel(TcpListener listener) => new(
        new AlertChannelOptions
        {
            Key = "mail", Kind = AlertChannelOptions.Mail, Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, StartTls = false,
            From = "crmsync@example.test", To = ["revops@example.test"],
        },
        new OpenGate());

    private static async Task<IReadOnlyList<string>> ServeAsync(TcpListener listener, bool refuse)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        var said = new List<string>();
        var inData = false;
        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            said.Add(line);
            var answer = line.Split(' ', ':')[0].ToUpperInvariant() switch
            {
                _ when inData => line == "." ? "250 taken" : null,
                "RCPT" when refuse => "550 nobody here",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 fine",
            };
            inData = inData ? line != "." : answer?.StartsWith("354", StringComparison.Ordinal) == true;
            if (answer is not null)
                await writer.WriteLineAsync(answer);
            if (answer?.StartsWith("221", StringComparison.Ordinal) == true)
                break;
        }
        return said;
    }

    private sealed class OpenGate : IOutboundGate
    {
        public HttpClient CreateGuardedClient(TimeSpan timeout) => throw new NotSupportedException();

        public string? Fault(Uri? target) => null;

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Loopback]);
    }
}
