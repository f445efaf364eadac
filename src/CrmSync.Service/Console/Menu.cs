using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Console;

/// <summary>The console's pages as the side menu shows them, in groups, the most used first.</summary>
internal static class Menu
{
    private static readonly Texts T = Texts.Of(typeof(Menu));

    /// <summary>All groups; an entry is shown to those who may open its page.</summary>
    public static IReadOnlyList<Group> Groups =>
    [
        new(T["Work"],
        [
            new("overview", "/", T["Overview"], ApiRole.Viewer, "M3 12h4l2.5-7 5 14 2.5-7h4"),
            new("log", "/log", T["WriteBackLog"], ApiRole.Viewer, "M5 6h14M5 12h9M5 18h6m4-2 3 3 4-5"),
            new("activities", "/activities", T["Activities"], ApiRole.Viewer, "M4 5h16v11H9l-5 4z"),
            new("jobs", "/jobs", T["Jobs"], ApiRole.Viewer, "M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18m0-14v5l3.5 2"),
            new("review", "/review", T["Review"], ApiRole.Reviewer, "m5 12.5 4.5 4.5L19 7.5"),
            new("brief", "/brief", T["Brief"], ApiRole.Viewer, "M6 3h12v18H6zM9 8h6M9 12h6M9 16h3"),
            new("alerts", "/alerts", T["Alerts"], ApiRole.Viewer, "M12 4a6 6 0 0 1 6 6v4l2 3H4l2-3v-4a6 6 0 0 1 6-6m-2 16h4"),
        ]),
        new(T["Reports"],
        [
            new("pipeline", "/pipeline", T["PipelineHonesty"], ApiRole.Viewer, "M4 5h16l-6 7v6l-4 2v-8z"),
            new("segments", "/segments", T["Segments"], ApiRole.Viewer, "M7 10a3 3 0 1 1 0-6 3 3 0 0 1 0 6m10 0a3 3 0 1 1 0-6 3 3 0 0 1 0 6m-5 10a3 3 0 1 1 0-6 3 3 0 0 1 0 6"),
            new("metrics", "/metrics", T["SegmentMetrics"], ApiRole.Viewer, "M4 4v16h16M8 15l3.5-4 3 2.5L19 8"),
            new("evaluation", "/evaluation", T["Evaluation"], ApiRole.Viewer, "M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 12l8-4.5M12 12v9M12 12 4 7.5"),
        ]),
        new(T["SetUp"],
        [
            new("connections", "/connections", T["Connections"], ApiRole.Viewer, "M9 7H7a5 5 0 0 0 0 10h2m6-10h2a5 5 0 0 1 0 10h-2M8 12h8"),
            new("taxonomies", "/taxonomies", T["Taxonomies"], ApiRole.Viewer, "M4 5h9l7 7-8 8-8-8zm4.5 4.5v.01"),
            new("settings", "/settings", T["Settings"], ApiRole.Operator, "M4 7h9m4 0h3M4 17h3m4 0h9M15 5v4M9 15v4"),
            new("audit", "/audit", T["Audit"], ApiRole.Operator, "M6 3h9l4 4v14H6zM9 11h7M9 15h7"),
            new("people", "/people", T["People"], ApiRole.Admin, "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7m-6 9a6 6 0 0 1 12 0m1-9a3 3 0 1 0-1-5.8m2 8.8a5.5 5.5 0 0 1 4 6"),
            new("codes", "/codes", T["Codes"], ApiRole.Viewer, "M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18m0-5v.01M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7"),
        ]),
    ];

    /// <summary>Pages that belong together.</summary>
    /// <param name="Name">What they are for.</param>
    /// <param name="Entries">The pages.</param>
    internal sealed record Group(string Name, IReadOnlyList<Entry> Entries);

    /// <summary>One page.</summary>
    /// <param name="Section">What the page puts into <c>ViewData["Section"]</c>.</param>
    /// <param name="Href">Its address.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Role">The lowest role that may open it.</param>
    /// <param name="Icon">Path of its picture in a square of 24, drawn in lines.</param>
    internal sealed record Entry(string Section, string Href, string Name, ApiRole Role, string Icon);
}
