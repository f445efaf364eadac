namespace CrmSync.Simulator.HubSpot.Faults;

/// <summary>Codes of the faults that are HubSpot's own, as the list of faults numbers them.</summary>
internal static class DialCode
{
    public const string DailyQuota = "F3";
    public const string TokenExpires = "F9";
    public const string GrantRevoked = "F10";
    public const string GrantRotates = "F11";
    public const string ScopeRemoved = "F12";
    public const string BatchRejected = "F14";
    public const string RowsFail = "F15";
    public const string OtherOrder = "F18";
    public const string RowsTwice = "F19";
    public const string BackDated = "F20";
    public const string IndexLags = "F21";
    public const string RowsOutside = "F22";
    public const string BulkTouch = "F23";
    public const string EditedMeanwhile = "F25";
    public const string GoneMeanwhile = "F26";
    public const string PropertyBroken = "F27";
    public const string OptionRemoved = "F28";
    public const string WriteBarred = "F29";
    public const string ValueNormalised = "F30";
    public const string OtherPortal = "F31";
}
