namespace CrmSync.Pipeline.Access;

/// <summary>How somebody comes in. Stored in lower snake case.</summary>
public enum AccountOrigin
{
    /// <summary>With a password of this service.</summary>
    Local,

    /// <summary>By the company's single sign-on.</summary>
    SignOn,

    /// <summary>By one click, in a demo.</summary>
    Demo,
}

/// <summary>Somebody who may use the console.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="SignIn">What is typed at the door, folded; unique.</param>
/// <param name="Name">The name that audit rows show; unique.</param>
/// <param name="Role">What the person may do.</param>
/// <param name="Origin">How the person comes in.</param>
/// <param name="Stamp">Changes whenever sessions that exist must end.</param>
/// <param name="CreatedBy">Who invited the person.</param>
/// <param name="CreatedAt">When the account was made.</param>
public sealed record Account(long Id, string SignIn, string Name, ApiRole Role, AccountOrigin Origin, string Stamp, string CreatedBy, DateTimeOffset CreatedAt)
{
    /// <summary>When it was disabled; null where it is not.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>When the person last signed in; null where that never happened.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>Whether the person may come in.</summary>
    public bool IsEnabled => DisabledAt is null;
}

/// <summary>An account as it is checked: with its password's hash, which goes no further.</summary>
/// <param name="Account">The account.</param>
/// <param name="PasswordHash">Null where there is no password.</param>
public sealed record AccountSecret(Account Account, string? PasswordHash);

/// <summary>What somebody who accepts an invitation enters.</summary>
/// <param name="SignIn">Folded sign-in name, see <see cref="AccountRules"/>. Empty for a link that sets a password anew.</param>
/// <param name="Name">The name that others see. Empty likewise.</param>
/// <param name="PasswordHash">Hash of the password.</param>
public sealed record NewAccount(string SignIn, string Name, string PasswordHash);

/// <summary>Somebody whom another party vouches for.</summary>
/// <param name="SignIn">What names the person for good, such as <c>sso:</c> and the provider's id.</param>
/// <param name="Name">The name that the party gives.</param>
/// <param name="Role">The role that follows from the person's groups.</param>
/// <param name="Origin">Who vouches.</param>
public sealed record VouchedPerson(string SignIn, string Name, ApiRole Role, AccountOrigin Origin);

/// <summary>What became of a change of accounts.</summary>
public enum AccountOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>There is no such account.</summary>
    Unknown,

    /// <summary>Nobody could change people and settings afterwards.</summary>
    LastAdmin,

    /// <summary>Another account has this sign-in name or name.</summary>
    NameTaken,

    /// <summary>The link was used, withdrawn, is too old or never was.</summary>
    LinkEnded,

    /// <summary>The account is disabled.</summary>
    Disabled,
}
