using System.Net;
using System.Net.Sockets;
using System.Text;
using CrmSync.Connectors.Http;
using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class OutboundGateTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _served;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2600:1f18::1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.128.0.1", true)]
    [InlineData("127.8.8.8", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1%3", false)]
    [InlineData("fec0::1", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2001::7f00:1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    [InlineData("64:ff9b::8.8.8.8", true)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2002:808:808::", true)]
    public void Is_EveryForm_TellsTheOpenInternetFromTheRest(string address, bool isPublic) =>
        PublicAddress.Is(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Theory]
    [InlineData("https://127.0.0.1:PORT/")]
    [InlineData("https://2130706433:PORT/")]
    [InlineData("https://0x7f.1:PORT/")]
    [InlineData("https://localhost:PORT/")]
    [InlineData("https://[::1]:PORT/")]
    [InlineData("https://[::ffff:127.0.0.1]:PORT/")]
    [InlineData("https://rebound.example:PORT/")]
    [InlineData("https://mixed.example:PORT/")]
    [InlineData("https://metadata.example:PORT/")]
    public async Task GuardedClient_TargetInside_IsRefusedBeforeAnythingIsSent(string target)
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var client = Gate().CreateGuardedClient(TimeSpan.FromSeconds(10));

        var fault = await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(At(target), Token));

        OutboundRefusedException.In(fault).ShouldNotBeNull().Message.ShouldContain("CrmSync:Outbound:Allow");
        _served.ShouldBe(0);
    }

    [Fact]
    public async Task GuardedClient_NameThatTurnsInwardsLater_IsJudgedAtEveryConnection()
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        IPAddress[] answer = [IPAddress.Loopback];
        var gate = new OutboundGate(
            new OutboundOptions { Allow = ["127.0.0.0/31", "hook.example"] },
            (host, _) => Task.FromResult(host == "hook.example" ? [IPAddress.Loopback] : answer));
        using var client = gate.CreateGuardedClient(TimeSpan.FromSeconds(10));
        // The network is listed, the name is not: the first answer may be called, the second one may not.
        (await gate.ResolveAsync("turning.example", Token)).ShouldBe(answer);
        answer = [IPAddress.Parse("127.0.0.2")];

        await Should.ThrowAsync<OutboundRefusedException>(() => gate.ResolveAsync("turning.example", Token));
        (await client.GetAsync(At("http://hook.example:PORT/"), Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        _served.ShouldBe(1);
    }

    [Fact]
    public async Task GuardedClient_Redirect_IsReturnedAndNotFollowed()
    {
        Serve("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var client = Gate("127.0.0.1").CreateGuardedClient(TimeSpan.FromSeconds(10));

        (await client.GetAsync(At("http://127.0.0.1:PORT/"), Token)).StatusCode.ShouldBe(HttpStatusCode.Found);

        _served.ShouldBe(1);
    }

    [Theory]
    [InlineData("http://hooks.example.com/", "must begin with https")]
    [InlineData("http://127.0.0.1/", "must begin with https")]
    [InlineData("ftp://hooks.example.com/", "must begin with https")]
    [InlineData("https://me:word@hooks.example.com/", "name or password")]
    [InlineData("https://hooks.example.com/", null)]
    public void Fault_Target_IsNamedFromItsTextAlone(string target, string? fault)
    {
        if (fault is null)
            Gate().Fault(new Uri(target)).ShouldBeNull();
        else
            Gate().Fault(new Uri(target)).ShouldNotBeNull().ShouldContain(fault);
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("")]
    [InlineData("https://hooks.example.com")]
    public void Faults_EntryThatIsNoHost_IsNamed(string entry) =>
        new OutboundOptions { Allow = ["10.1.0.0/16", "fd00::/8", "[::1]", "hooks.example.com", entry] }.Faults("CrmSync:Outbound")
            .ShouldHaveSingleItem().ShouldStartWith("CrmSync:Outbound:Allow:4 ");

    [Fact]
    public async Task SocketFor_ConfiguredNameThatLeadsInside_IsAFailureThatNamesTheWayOut()
    {
        var gate = new OutboundGate(new OutboundOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.7")]));
        var options = new HubSpotOptions { Token = "t", BaseAddress = new Uri("https://api.example.com") };
        using var sut = HubSpotConnector.Create(options, "hubspot-test", new JumpingClock(), NullLoggerFactory.Instance, gate.SocketFor(options.BaseAddress));

        var failure = (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure.ShouldNotBeNull();

        (failure.Code, failure.Category).ShouldBe(("http.forbidden_address", FailureCategory.Stop));
        sut.RequestsSent.ShouldBe(1);
    }

    [Fact]
    public async Task SocketFor_ConfiguredLoopback_MayBeCalledButNothingElseInside()
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var client = new HttpClient(Gate().SocketFor(At("http://127.0.0.1:PORT/")));

        (await client.GetAsync(At("http://127.0.0.1:PORT/"), Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        OutboundRefusedException.In(await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(At("http://127.0.0.2:PORT/"), Token))).ShouldNotBeNull();
        _served.ShouldBe(1);
    }

    private static OutboundGate Gate(params string[] allow) => new(new OutboundOptions { Allow = allow }, (host, _) => Task.FromResult<IPAddress[]>(host switch
    {
        "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "rebound.example" => [IPAddress.Loopback],
        "mixed.example" => [IPAddress.Parse("93.184.216.34"), IPAddress.Loopback],
        "metadata.example" => [IPAddress.Parse("169.254.169.254")],
        _ => [IPAddress.Parse(host)],
    }));

    private Uri At(string target) => new(target.Replace("PORT", ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));

    private void Serve(string answer)
    {
        _listener.Start();
        _ = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync(Token);
                    Interlocked.Increment(ref _served);
                    await client.GetStream().ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, Token);
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), Token);
                }
            },
            Token);
    }
}
