using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class TransportAccountTests : IDisposable
{
    private static readonly FailureKind Elsewhere = new("test.other_account", FailureCategory.Stop, "The token is another account's", "Change it.");
    private readonly JumpingClock _clock = new();
    private readonly ScriptedCrm _crm = new();
    private readonly CrmTransport _sut;
    private string _token = "t-1";

    public TransportAccountTests()
    {
        var timeouts = new TimeoutOptions();
        var address = new Uri("https://api.example.com");
        CrmTransport? sut = null;
        sut = _sut = new CrmTransport(
            "crm", CrmWires.Create(Gate(), timeouts, _clock, Jitter.For("crm"), _crm), new Tokens(() => _token, address),
            new ExpiringDialect(), timeouts, _clock, NullLogger.Instance)
        {
            Account = new AccountCheck("crm", Elsewhere, async (token, cancellation) =>
                (await sut!.SendWithAsync(CrmCall.Read(HttpMethod.Get, "who", "asking who"), token, cancellation))
                    .Map(answer => new AccountIdentity(answer.Body.Text("id")!, ""))),
        };
        _crm.Otherwise = request => request.PathAndQuery == "/who"
            ? ScriptedCrm.Answer(request.Authorization == "Bearer old" ? 401 : 200, $$"""{"id":"{{(request.Authorization == "Bearer t-9" ? "9" : "1")}}"}""")
            : ScriptedCrm.Answer(200, "{}");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _sut.Dispose();
        _crm.Dispose();
    }

    [Fact]
    public async Task SendAsync_NothingExpected_AsksNobody()
    {
        (await ReadAsync()).Succeeded.ShouldBeTrue();
        Paths.ShouldBe(["/data"]);
    }

    [Fact]
    public async Task SendAsync_ExpectedAccount_IsAskedOncePerTokenBeforeAnythingElse()
    {
        _sut.Account!.Expect("1");
        await ReadAsync();
        await ReadAsync();
        _token = "t-2";
        await ReadAsync();
        Paths.ShouldBe(["/who", "/data", "/data", "/who", "/data"]);
    }

    [Fact]
    public async Task SendAsync_TokenOfAnotherAccount_IsStoppedAndNothingElseIsSentWithIt()
    {
        _sut.Account!.Expect("1");
        await ReadAsync();
        _token = "t-9";
        for (var call = 0; call < 3; call++)
        {
            var failure = (await ReadAsync()).Failure!;
            (failure.Code, failure.Category).ShouldBe(("test.other_account", FailureCategory.Stop));
        }

        Paths.ShouldBe(["/who", "/data", "/who"]);
        _token = "t-1";
        (await ReadAsync()).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task SendAsync_SessionEndsWhileTheAccountIsAsked_GoesOnWithAnotherToken()
    {
        _sut.Account!.Expect("1");
        _token = "old";
        (await ReadAsync()).Succeeded.ShouldBeTrue();
        Paths.ShouldBe(["/who", "/who", "/data"]);
    }

    [Fact]
    public async Task IdentifyAsync_ThenRequests_ShareOneAnswer()
    {
        (await _sut.IdentifyAsync(Token)).Value!.Id.ShouldBe("1");
        _sut.Account!.Expect("1");
        await ReadAsync();
        Paths.ShouldBe(["/who", "/data"]);
    }

    private List<string> Paths => [.. _crm.Sent.Select(request => request.PathAndQuery)];

    private Task<Result<CrmAnswer>> ReadAsync() => _sut.SendAsync(CrmCall.Read(HttpMethod.Get, "data", "reading"), Token);

    private QuotaGate Gate() => new(
        "crm", new InProcessQuotaStore(_clock),
        new QuotaLimits((100, TimeSpan.FromSeconds(1)), null, new DayMeter(1_000, 1, now => (now.AddHours(-24), now.AddHours(1)))), _clock);

    private sealed class Tokens(Func<string> current, Uri address) : ITokenSource
    {
        public ValueTask<Result<AccessToken>> GetAsync(AccessToken? refused, CancellationToken cancellationToken) =>
            new(new AccessToken(refused is null ? current() : "fresh", address));
    }

    private sealed class ExpiringDialect : ICrmDialect
    {
        public Failure Refuse(CrmAnswer answer, CrmCall call, CallPlace place) => Elsewhere.At(place, "refused");

        public bool IsExpiredSession(CrmAnswer answer) => answer.Status == 401;

        public void Observe(CrmAnswer answer)
        {
        }
    }
}
