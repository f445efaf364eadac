namespace CrmSync.Simulator.HubSpot;

/// <summary>Whether property definitions of an object type may be created or changed through the API (fact sheet §6.3: open for activities).</summary>
public enum PropertyPermission
{
    /// <summary>Creating works.</summary>
    Allow,

    /// <summary>Answered with 403 and the missing schema scope.</summary>
    Deny403,

    /// <summary>Answered with 400: the type takes no custom properties.</summary>
    Deny400,
}

/// <summary>What one bad value in a batch does.</summary>
public enum BadValueInBatch
{
    /// <summary>The whole call is refused with 400 and nothing is written.</summary>
    FailsWholeCall,

    /// <summary>The other records are written and the bad one is named in a 207.</summary>
    FailsItsRecord,
}
