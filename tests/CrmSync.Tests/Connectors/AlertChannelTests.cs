using System.Net;
using System.Text;
using System.Text.Json;
using CrmSync.Connectors.Alerts;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Alerts;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class AlertChannelTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly AlertMessage Message = new(
        12, "connection/hub", AlertKind.Connection, AlertState.Broken, "HubSpot <!channel> cannot be read & written.", "Give it a token.", Now);

    private readonly List<(HttpRequestMessage Request, byte[] Body)> _sent = [];
    private HttpStatusCode _answer = HttpStatusCode.OK;
    private Exception? _fault;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_Message_IsSignedOverTimestampAndBody()
    {
        (await Hook("webhook", secret: "s3cret").SendAsync(Message, Token)).Succeeded.ShouldBeTrue();
        var (request, body) = _sent.ShouldHaveSingleItem();
        request.RequestUri!.Host.ShouldBe("hooks.example.com");
        var timestamp = request.Headers.GetValues(AlertSignature.TimestampHeader).Single();
        var signature = request.Headers.GetValues(AlertSignature.SignatureHeader).Single();
        AlertSignature.Verify("s3cret", timestamp, signature, body, Now).ShouldBeTrue();
        AlertSignature.Verify("other", timestamp, signature, body, Now).ShouldBeFalse();
        AlertSignature.Verify("s3cret", timestamp, signature, [.. body, 32], Now).ShouldBeFalse();
        AlertSignature.Verify("s3cret", "1772452801", signature, body, Now).ShouldBeFalse();
        AlertSignature.Verify("s3cret", timestamp, signature, body, Now.AddMinutes(6)).ShouldBeFalse();
        AlertSignature.Verify("s3cret", null, null, body, Now).ShouldBeFalse();
        using var json = JsonDocument.Parse(body);
        json.RootElement.GetProperty("schema").GetString().ShouldBe("crmsync/alert/1");
        json.RootElement.GetProperty("state").GetString().ShouldBe("broken");
        json.RootElement.GetProperty("id").GetString().ShouldBe("12");
    }

    [Fact]
    public void Sign_KnownInput_GivesTheDocumentedSignature() =>
        // printf '1772452800.{}' | openssl dgst -sha256 -hmac secret
        AlertSignature.Sign("secret", 1772452800, "{}"u8).ShouldBe("v1=ed27af7df6d2d5a33313fa417c47513d6fbcf29415e32e3ff14c87dd1f95aff7");

    [Fact]
    public async Task Slack_Message_CannotMentionAnybody()
    {
        (await Hook("slack").SendAsync(Message, Token)).Succeeded.ShouldBeTrue();
        var text = Encoding.UTF8.GetString(_sent.ShouldHaveSingleItem().Body);
        text.ShouldContain("&lt;!channel&gt; cannot be read &amp; written.");
        text.ShouldNotContain("<!channel>");
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task Webhook_AnyOtherAnswer_IsNoDelivery(HttpStatusCode answer)
    {
        _answer = answer;
        (await Hook("webhook", secret: "s").SendAsync(Message, Token)).Failure!.Code.ShouldBe("alert.not_taken");
        _sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Webhook_Trouble_IsAFailureAndNoException()
    {
        _fault = new HttpRequestException("x", new OutboundRefusedException("hooks.example.com stands for 10.0.0.1."));
        var refused = (await Hook("webhook", secret: "s").SendAsync(Message, Token)).Failure!;
        refused.Code.ShouldBe("alert.target_refused");
        refused.Message.ShouldContain("10.0.0.1");
        _fault = new HttpRequestException("x");
        (await Hook("webhook", secret: "s").SendAsync(Message, Token)).Failure!.Code.ShouldBe("alert.unreachable");
        (await Hook("webhook").SendAsync(Message, Token)).Failure!.Code.ShouldBe("alert.secret_missing");
    }

    [Fact]
    public void Faults_WhatCannotWork_IsNamedWithItsPlace()
    {
        AlertChannelOptions[] channels =
        [
            new() { Key = "a", Kind = "webhook", Url = new Uri("http://hooks.example.com"), Secret = "s" },
            new() { Key = "a", Kind = "webhook", Url = new Uri("https://hooks.example.com") },
            new() { Key = "c", Kind = "pigeon" },
            new() { Key = "d", Kind = "mail", Host = "smtp.example.com", From = "nobody", To = ["ops@example.com"], StartTls = false, User = "u" },
            new() { Key = "e", Kind = "slack", Url = new Uri("https://hooks.example.com"), QuietHours = new() { From = "22:00", To = "22:00" } },
            new() { Key = "f", Kind = "slack", Url = new Uri("https://hooks.example.com"), Kinds = [AlertKind.Quota] },
        ];
        var faults = AlertChannelOptions.Faults(channels, new OutboundOptions(), "Channels").ToList();
        faults.ShouldContain(fault => fault.Contains("twice", StringComparison.Ordinal));
        faults.ShouldContain(fault => fault.StartsWith("Channels:0:Url must begin with https", StringComparison.Ordinal));
        faults.ShouldContain(fault => fault.StartsWith("Channels:1:SecretFile", StringComparison.Ordinal));
        faults.ShouldContain(fault => fault.StartsWith("Channels:2:Kind", StringComparison.Ordinal));
        faults.Count(fault => fault.StartsWith("Channels:3:", StringComparison.Ordinal)).ShouldBe(2);
        faults.ShouldContain(fault => fault.StartsWith("Channels:4:QuietHours", StringComparison.Ordinal));
        faults.ShouldNotContain(fault => fault.StartsWith("Channels:5:", StringComparison.Ordinal));
    }

    private IAlertChannel Hook(string kind, string? secret = null)
    {
        var options = new AlertChannelOptions { Key = "ops", Kind = kind, Url = new Uri("https://hooks.example.com/crmsync"), Secret = secret };
        var client = new HttpClient(new Receiver(this));
        return kind == "slack" ? new SlackChannel(options, client) : new WebhookChannel(options, client, new StoppedClock());
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Receiver(AlertChannelTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._sent.Add((request, await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
            return test._fault is null ? new HttpResponseMessage(test._answer) : throw test._fault;
        }
    }
}
