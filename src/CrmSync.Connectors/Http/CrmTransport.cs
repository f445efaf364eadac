using System.Net.Http.Headers;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Http;

/// <summary>
/// Sends calls to one connection and turns everything that can go wrong into a <see cref="Failure"/>. The one broad catch of network trouble
/// stands here. Thread-safe.
/// </summary>
internal sealed class CrmTransport : IDisposable
{
    // The token of another account is never sent, so the CRM cannot end it; who mends the credential should not have to restart us.
    private static readonly TimeSpan StrangerKept = TimeSpan.FromMinutes(1);
    private readonly string _key;
    private readonly ITokenSource _tokens;
    private readonly ICrmDialect _dialect;
    private readonly MeteredHandler _meter;
    private readonly HttpClient _client;
    private readonly TimeoutOptions _timeouts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _clockDifference = long.MinValue;
    private long _strangerUntil;

    /// <param name="key">Key of the connection, for messages.</param>
    /// <param name="client">The wires.</param>
    /// <param name="tokens">Where tokens come from.</param>
    /// <param name="dialect">How the CRM says no.</param>
    /// <param name="timeouts">How long to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets codes, sizes and times; never bodies.</param>
    public CrmTransport(
        string key, CrmWires client, ITokenSource tokens, ICrmDialect dialect, TimeoutOptions timeouts, TimeProvider time, ILogger logger)
    {
        _key = key;
        _tokens = tokens;
        _dialect = dialect;
        _meter = client.Meter;
        _client = client.Client;
        _timeouts = timeouts;
        _time = time;
        _logger = logger;
    }

    /// <summary>Guards which account tokens belong to; null where that cannot be asked.</summary>
    public AccountCheck? Account { get; init; }

    /// <summary>Where the newest calls are noted for people to look at; null where nobody looks.</summary>
    public RecentCalls? Calls { get; init; }

    /// <summary>Requests that went out.</summary>
    public long Sent => _meter.Sent;

    /// <summary>
    /// Time of the CRM's clock minus ours at the last answer that had a date; null before. It comes in whole seconds, so smaller
    /// differences mean nothing.
    /// </summary>
    public TimeSpan? ClockDifference => Interlocked.Read(ref _clockDifference) is not long.MinValue and var ticks ? new TimeSpan(ticks) : null;

    /// <summary>
    /// Runs one method of a connector under <see cref="TimeoutOptions.Call"/>. When the time is up, a read fails as timed out and a write as
    /// unknown; cancellation by the caller is thrown as usual.
    /// </summary>
    public async Task<Result<T>> CallAsync<T>(
        CallKind kind, string purpose, Func<CancellationToken, Task<Result<T>>> body, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeouts.Call, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await body(linked.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (kind == CallKind.Read ? HttpFailures.TimedOut : HttpFailures.TimedOutWrite).At(new CallPlace(_key, purpose));
        }
    }

    /// <summary>Sends a call; replays it once with a fresh token where the CRM says that the session has expired.</summary>
    public async Task<Result<CrmAnswer>> SendAsync(CrmCall call, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var result = await SendWithTokenAsync(call, cancellationToken);
        if (result.Succeeded)
            ConnectorLog.Answered(_logger, _key, call.Purpose, result.Value.Status, _time.GetElapsedTime(started).TotalMilliseconds);
        else
            ConnectorLog.Failed(_logger, _key, call.Purpose, result.Failure.Code, result.Failure.Category, result.Failure.CorrelationId);
        return result;
    }

    /// <summary>
    /// Sends a call with a given token: no other one is fetched and its account is not asked, because this is what answers that question. An
    /// expired session fails with <see cref="HttpFailures.SessionEnded"/>, upon which the caller of the whole thing gets another token.
    /// </summary>
    public async Task<Result<CrmAnswer>> SendWithAsync(CrmCall call, AccessToken token, CancellationToken cancellationToken)
    {
        var answer = await SendOnceAsync(call, token, cancellationToken);
        return answer.Succeeded && _dialect.IsExpiredSession(answer.Value)
            ? HttpFailures.SessionEnded.At(new CallPlace(_key, call.Purpose))
            : Judge(answer, call, token);
    }

    /// <summary>Which account the token in use belongs to; asked of the CRM once per token.</summary>
    /// <exception cref="InvalidOperationException">There is no <see cref="Account"/>.</exception>
    public async Task<Result<AccountIdentity>> IdentifyAsync(CancellationToken cancellationToken)
    {
        var account = Account ?? throw new InvalidOperationException($"Connection {_key} has no account check.");
        var token = await _tokens.GetAsync(refused: null, cancellationToken);
        if (!token.Succeeded)
            return token.Failure;
        var identity = await account.IdentifyAsync(token.Value, cancellationToken);
        if (!HasEnded(identity) && !(identity.Succeeded && account.IsOther(identity.Value) && MayAskForAnother()))
            return identity;
        token = await _tokens.GetAsync(token.Value, cancellationToken);
        return token.Succeeded ? await account.IdentifyAsync(token.Value, cancellationToken) : token.Failure;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        Account?.Dispose();
    }

    private async Task<Result<CrmAnswer>> SendWithTokenAsync(CrmCall call, CancellationToken cancellationToken)
    {
        var token = await _tokens.GetAsync(refused: null, cancellationToken);
        if (!token.Succeeded)
            return token.Failure;
        var answer = await SendCheckedAsync(call, token.Value, cancellationToken);
        if (HasEnded(answer) || (answer.Failure is { } failure && Account?.IsOther(failure) == true && MayAskForAnother()))
        {
            token = await _tokens.GetAsync(token.Value, cancellationToken);
            if (!token.Succeeded)
                return token.Failure;
            answer = await SendCheckedAsync(call, token.Value, cancellationToken);
        }

        return Judge(answer, call, token.Value);
    }

    private bool MayAskForAnother()
    {
        var now = _time.GetUtcNow().UtcTicks;
        var until = Interlocked.Read(ref _strangerUntil);
        if (now < until)
            return false;
        // The first refusal only starts the clock.
        return Interlocked.CompareExchange(ref _strangerUntil, now + StrangerKept.Ticks, until) == until && until > 0;
    }

    private bool HasEnded<T>(Result<T> result) => result.Succeeded
        ? result.Value is CrmAnswer answer && _dialect.IsExpiredSession(answer)
        : result.Failure.Code == HttpFailures.SessionEnded.Code;

    private async Task<Result<CrmAnswer>> SendCheckedAsync(CrmCall call, AccessToken token, CancellationToken cancellationToken) =>
        Account is not null && await Account.RefuseAsync(token, cancellationToken) is { } refusal
            ? refusal
            : await SendOnceAsync(call, token, cancellationToken);

    private Result<CrmAnswer> Judge(Result<CrmAnswer> answer, CrmCall call, AccessToken token)
    {
        var judged = answer.Succeeded ? Judge(answer.Value, call) : answer;
        return judged.Succeeded ? judged : Scrub.Without(judged.Failure, token.Value);
    }

    private async Task<Result<CrmAnswer>> SendOnceAsync(CrmCall call, AccessToken token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(token.BaseAddress, call.Path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        foreach (var (name, value) in call.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType);
        }

        MeteredHandler.Mark(request, call.Bucket);
        ResilienceHandler.Mark(request, call.Kind);
        var (at, started) = (_time.GetUtcNow(), _time.GetTimestamp());
        var result = await CrmWires.SendAsync(_client, request, call.Kind, new CallPlace(_key, call.Purpose), cancellationToken);
        Calls?.Note(_key, Redacted(call, request, result, at, _time.GetElapsedTime(started)));
        return result;
    }

    private static RecentCall Redacted(CrmCall call, HttpRequestMessage request, Result<CrmAnswer> result, DateTimeOffset at, TimeSpan duration)
    {
        var answer = result.Succeeded ? result.Value : null;
        return new RecentCall(at, call.Method.Method, CallShape.Path(call.Path), call.Purpose, answer?.Status, duration, result.Succeeded ? null : result.Failure.Code)
        {
            RequestId = Scrub.Text(answer?.Header("X-HubSpot-Correlation-Id") ?? answer?.Header("X-Request-Id")),
            SentHeaders = [.. request.Headers.Select(header => header.Key)],
            SentBytes = call.Body?.Length,
            SentFields = call.Body is null || call.ContentType != "application/json" ? [] : CallShape.Fields(call.Body),
            ReceivedBytes = answer?.Bytes.Length,
            ReceivedFields = answer is null ? [] : CallShape.Fields(answer.Body),
        };
    }

    private Result<CrmAnswer> Judge(CrmAnswer answer, CrmCall call)
    {
        if (answer.Date is { } date)
            Interlocked.Exchange(ref _clockDifference, (date - _time.GetUtcNow()).Ticks);
        _dialect.Observe(answer);
        var place = new CallPlace(_key, call.Purpose);
        if (answer.Status is >= 300 and < 400)
            return HttpFailures.Redirected.At(place, answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (!answer.IsSuccess)
            return _dialect.Refuse(answer, call, place);
        if (answer.IsReadable || call.IsRaw)
            return answer;
        return (call.Kind == CallKind.Read ? HttpFailures.Unreadable : HttpFailures.UnreadableWrite).At(place);
    }
}
