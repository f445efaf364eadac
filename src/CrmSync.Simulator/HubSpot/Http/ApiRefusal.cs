namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>An entry of an error answer's <c>errors</c>.</summary>
internal sealed record ErrorDetail(string Message, string? Code = null, IReadOnlyDictionary<string, IReadOnlyList<string>>? Context = null);

/// <summary>A call or one input of a batch that is not done, in the shape of HubSpot's standard error (fact sheet §5).</summary>
internal sealed record ApiError(int Status, string Category, string Message)
{
    public string? SubCategory { get; init; }

    public IReadOnlyList<ErrorDetail> Errors { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Context { get; init; }

    public IReadOnlyDictionary<string, string>? Links { get; init; }

    /// <summary>The <c>error</c> of an OAuth refusal; null elsewhere.</summary>
    public string? OAuthError { get; init; }

    /// <summary>The older word for the same, which takes the place of <c>status</c>.</summary>
    public string? OAuthStatus { get; init; }

    public ApiError WithContext(string key, params IReadOnlyList<string> values) =>
        this with { Context = new Dictionary<string, IReadOnlyList<string>>(Context ?? new Dictionary<string, IReadOnlyList<string>>()) { [key] = values } };
}

/// <summary>Ends a call with an error answer.</summary>
internal sealed class ApiRefusal(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
