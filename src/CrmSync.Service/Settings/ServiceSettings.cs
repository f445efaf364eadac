using CrmSync.Connectors;
using CrmSync.Connectors.Http;
using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.Retention;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Service.Auth.SignOn;

namespace CrmSync.Service.Settings;

/// <summary>Everything under <c>CrmSync</c> in the configuration. An unknown name anywhere in it is a fault, so that a typing error is noticed.</summary>
internal sealed class ServiceSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "CrmSync";

    /// <summary>Name of this node; empty for the machine's name.</summary>
    public string Node { get; set; } = "";

    public LedgerSettings Ledger { get; set; } = new();

    public ConsoleSettings Console { get; set; } = new();

    public SignInSettings SignIn { get; set; } = new();

    public SignOnSettings SignOn { get; set; } = new();

    public PollingSettings Polling { get; set; } = new();

    public QueueSettings Queues { get; set; } = new();

    public WriteBackSettings WriteBack { get; set; } = new();

    public ReconcileSettings Reconcile { get; set; } = new();

    public SegmentSettings Segments { get; set; } = new();

    public ClassificationSettings Classification { get; set; } = new();

    public WebhookSettings Webhooks { get; set; } = new();

    public ApiSettings Api { get; set; } = new();

    /// <summary>Days that rows are kept, by table; 0 keeps all. Seeds the ledger; what <c>crmsync retention set</c> says wins.</summary>
    public Dictionary<string, int> Retention { get; set; } = [];

    public OutboundSettings Outbound { get; set; } = new();

    public AlertSettings Alerts { get; set; } = new();

    public List<ConnectionSettings> Connections { get; set; } = [];

    public RetentionOptions ToRetention() => new() { Days = Retention };
}

/// <summary>Where the ledger is: a file (SQLite), or a server (PostgreSQL) where several nodes share it.</summary>
internal sealed class LedgerSettings
{
    /// <summary>Path of the SQLite file, relative to the working folder.</summary>
    public string File { get; set; } = "crmsync-data/ledger.db";

    /// <summary>PostgreSQL connection string; wins over the file. It holds a password: keep it in an environment variable or user secret.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// File with the keys under which renewed credentials are encrypted. Made at the first use; beside the SQLite file when empty. On PostgreSQL every node needs
    /// the same one.
    /// </summary>
    public string MasterKeyFile { get; set; } = "";
}

/// <summary>Rhythms and reaches of polling. Rhythms seed the ledger's schedules once; afterwards the ledger wins.</summary>
internal sealed class PollingSettings
{
    public string Fresh { get; set; } = "every 30s";

    public string Settled { get; set; } = "* * * * *";

    public string ReachBack { get; set; } = "17 * * * *";

    /// <summary>Deals, companies, people, owners and stages.</summary>
    public string Records { get; set; } = "every 15m";

    /// <summary>Links of recent activities, where the CRM does not tell that they changed (HubSpot).</summary>
    public string Links { get; set; } = "37 * * * *";

    /// <summary>Archived, deleted and merged activities.</summary>
    public string Gone { get; set; } = "47 2 * * *";

    public string Zone { get; set; } = "Etc/UTC";

    public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan Overlap { get; set; } = TimeSpan.FromMinutes(10);

    public PollingOptions ToOptions() => new() { Settle = Settle, Overlap = Overlap };
}

/// <summary>How careful writing is, beyond what it always is.</summary>
internal sealed class WriteBackSettings
{
    /// <summary>
    /// Which writes are followed by a look at the record's history, for a value that somebody set between our read and our write: recent (records changed within the
    /// hour before), always or never.
    /// </summary>
    public RaceCheck RaceCheck { get; set; } = RaceCheck.Recent;

    /// <summary>How long after a request that nobody answered an account's notes are looked at for the one that was sent; until then it may still arrive.</summary>
    public TimeSpan SettleNotesAfter { get; set; } = TimeSpan.FromMinutes(1);

    public WriteBackOptions ToOptions() => new() { RaceCheck = RaceCheck };

    public NoteOptions ToNotes() => new() { SettleAfter = SettleNotesAfter };
}

/// <summary>Proof of completeness: how often what the CRMs hold is compared with the ledger, and how closely.</summary>
internal sealed class ReconcileSettings
{
    /// <summary>When every connection is compared. Seeds the ledger's schedule once; afterwards the ledger wins.</summary>
    public string Rhythm { get; set; } = "23 3 * * *";

    /// <summary>A comparison ends this long before now: longer than the CRM's index ever lags behind. 00:00:00 to 7.00:00:00.</summary>
    public TimeSpan Lag { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Labels read back per activity type and comparison, those of the records changed last first; 0 for none, -1 for all.</summary>
    public long Labels { get; set; } = 2_000;

    /// <summary>Whether ids are compared even where counts agree.</summary>
    public bool ByIds { get; set; }

    public ReconcileOptions ToOptions() => new() { Lag = Lag, Labels = Labels < 0 ? null : Labels, ByIds = ByIds };
}

/// <summary>Segments of accounts: how often accounts are assigned, segments looked for, and approved ones learned from.</summary>
internal sealed class SegmentSettings
{
    /// <summary>When accounts with new activities are assigned. Seeds the ledger's schedule once; afterwards the ledger wins.</summary>
    public string Assign { get; set; } = "every 10m";

    /// <summary>When segments are looked for; empty for by hand only. Seeds the ledger's schedule once; afterwards the ledger wins.</summary>
    public string Search { get; set; } = "41 2 2 1,4,7,10 *";

    /// <summary>When approved segments are learned from; empty for by hand only. Seeds the ledger's schedule once; afterwards the ledger wins.</summary>
    public string Learn { get; set; } = "11 4 * * *";

    /// <summary>Accounts that justify a specialist, from 1.</summary>
    public int ForSpecialist { get; set; } = 20;

    /// <summary>Accounts that have to share a term or a quote before it is shown, from 1.</summary>
    public int ForQuote { get; set; } = 5;

    /// <summary>Cases that a statistic needs, from 1.</summary>
    public int ForStatistic { get; set; } = 10;

    /// <summary>Tokens that a brief may take where nobody says, 100 to 100,000.</summary>
    public int BriefTokens { get; set; } = 1_500;

    /// <summary>Tokens of a prompt and its answer together in a conversation, 2,000 to 1,000,000.</summary>
    public int ContextTokens { get; set; } = 32_000;

    public BriefOptions ToBriefs() => new() { TokenBudget = BriefTokens };

    public ConversationOptions ToConversations() => new() { ContextTokens = ContextTokens, AnswerTokens = Math.Min(2_000, ContextTokens / 4) };

    public NumberOptions ToNumbers() => new() { FewestAccounts = ForSpecialist, FewestForQuote = ForQuote, FewestForStatistic = ForStatistic };
}

/// <summary>How many jobs of a queue run at once on this node.</summary>
internal sealed class QueueSettings
{
    public int Poll { get; set; } = 4;

    public int Classify { get; set; } = 2;

    /// <summary>Batches of questions to the hosted model.</summary>
    public int Ask { get; set; } = 2;

    public int WriteBack { get; set; } = 4;

    public int Background { get; set; } = 1;

    /// <summary>How soon work that waits for a person (a token, a scope, a property) is tried again; one second to a day.</summary>
    public TimeSpan LookAgainAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How soon a batch that failed in passing is tried again; the wait doubles with each try. A tenth of a second to an hour.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Tries after which a batch is put aside with its reason; 1 to 100.</summary>
    public int Tries { get; set; } = 8;

    public EngineOptions ToOptions() =>
        new() { PollLimit = Poll, ClassifyLimit = Classify, AskLimit = Ask, WriteBackLimit = WriteBack, BackgroundLimit = Background };
}

/// <summary>Notices that a CRM sends us.</summary>
internal sealed class WebhookSettings
{
    /// <summary>
    /// Our address as the CRM calls it, such as https://crmsync.example.com; a proxy hands /webhooks on to the console's port. Empty: no notices are taken.
    /// </summary>
    public string PublicAddress { get; set; } = "";
}

/// <summary>The HTTP API.</summary>
internal sealed class ApiSettings
{
    /// <summary>Requests that one key may send in a minute; 1 to 100,000.</summary>
    public int RequestsPerMinute { get; set; } = 600;
}

/// <summary>Where requests may go beyond the open internet.</summary>
internal sealed class OutboundSettings
{
    /// <summary>Host names, addresses or networks inside our own network that may be called.</summary>
    public List<string> Allow { get; set; } = [];

    public OutboundOptions ToOptions() => new() { Allow = Allow };
}

/// <summary>One CRM connection: the connector's own options, and what seeds the ledger.</summary>
internal sealed class ConnectionSettings
{
    public string Key { get; set; } = "";

    public string Kind { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>preview, on or paused. Seeds the ledger once; afterwards the ledger wins.</summary>
    public WriteMode WriteMode { get; set; } = WriteMode.Preview;

    /// <summary>How many days of history the first poll reads.</summary>
    public int BackfillDays { get; set; } = 365;

    public HubSpotOptions? HubSpot { get; set; }

    public SalesforceOptions? Salesforce { get; set; }

    public ConnectionOptions ToOptions() => new() { Key = Key, Kind = Kind, Name = Name, HubSpot = HubSpot, Salesforce = Salesforce };
}
