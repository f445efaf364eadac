namespace CrmSync.Pipeline.Alerts;

/// <summary>What an alert watches. Stored in lower case.</summary>
public enum AlertKind
{
    /// <summary>Whether a connection can be read and written.</summary>
    Connection,

    /// <summary>Whether a schedule fires when it should.</summary>
    Schedule,

    /// <summary>The share of writes that the CRM refuses.</summary>
    Rejected,

    /// <summary>How long work waits.</summary>
    Backlog,

    /// <summary>Whether the day's requests last for the day.</summary>
    Quota,

    /// <summary>Whether the hosted model's budget lasts for the day.</summary>
    Budget,

    /// <summary>Whether the last comparison with the CRM found everything.</summary>
    Completeness,

    /// <summary>Whether labels are spread as in the weeks before.</summary>
    Mix,

    /// <summary>Somebody tried a channel.</summary>
    Test,
}

/// <summary>How something that is watched is. Stored in lower case.</summary>
public enum AlertState
{
    /// <summary>As it should be.</summary>
    Fine,

    /// <summary>Somebody should look.</summary>
    Broken,

    /// <summary>Somebody tried a channel; nothing is wrong.</summary>
    Test,
}

/// <summary>What a look found about one thing that is watched.</summary>
/// <param name="Key">What is watched, such as <c>connection/hubspot-main</c>; permanent.</param>
/// <param name="Kind">Kind.</param>
/// <param name="ConnectionId">Whose; null where it belongs to no connection.</param>
/// <param name="State">How it is.</param>
/// <param name="Sentence">What was found; names what and where, and no person.</param>
/// <param name="Fix">The way out; empty where all is fine.</param>
public sealed record AlertVerdict(string Key, AlertKind Kind, long? ConnectionId, AlertState State, string Sentence, string Fix = "");
