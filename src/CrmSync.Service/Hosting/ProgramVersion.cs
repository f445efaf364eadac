using System.Reflection;

namespace CrmSync.Service.Hosting;

/// <summary>Which version this program is.</summary>
internal static class ProgramVersion
{
    /// <summary>Such as 1.0.0; what a build adds behind a plus is left out.</summary>
    public static string Text { get; } =
        (typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
