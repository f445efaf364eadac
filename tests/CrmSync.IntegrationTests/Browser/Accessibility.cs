using System.Text.Json;
using CrmSync.IntegrationTests.Clients;
using Microsoft.Playwright;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>The accessibility checker axe-core, as npm has it, run inside a page. It comes in the way a debugger does, so the page's own policy stays as strict as it is.</summary>
internal static class Accessibility
{
    private const string Everything = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']";

    private const string Colours = "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }";

    private const string Run =
        """
        () => axe.run(document, { runOnly: WANTED, resultTypes: ['violations'] })
          .then(found => JSON.stringify(found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))))
        """;

    private static readonly string File = Path.Combine(OfficialClient.Folder("axe"), "node_modules", "axe-core", "axe.min.js");

    /// <summary>The checker's text; skips with the reason where it is not installed, but not in CI.</summary>
    public static async Task<string> RequireAsync(CancellationToken cancellationToken)
    {
        if (!System.IO.File.Exists(File))
            OfficialClient.Missing("the accessibility checker is not installed; run npm ci in tests/CrmSync.IntegrationTests/Clients/axe.");
        return await System.IO.File.ReadAllTextAsync(File, cancellationToken);
    }

    /// <summary>Everything that breaks WCAG 2.2 A and AA as far as a tool can see, a line each.</summary>
    /// <param name="page">The page, as it stands.</param>
    /// <param name="checker">What <see cref="RequireAsync"/> gave.</param>
    /// <param name="onlyColours">Where the same page was checked in other colours already: a dark page differs from the light one in nothing else.</param>
    public static async Task<IReadOnlyList<string>> CheckAsync(IPage page, string checker, bool onlyColours = false)
    {
        await page.EvaluateAsync($"() => {{ {checker}\n; return true; }}");
        return JsonSerializer.Deserialize<List<string>>(await page.EvaluateAsync<string>(Run.Replace("WANTED", onlyColours ? Colours : Everything, StringComparison.Ordinal))) ?? [];
    }
}
