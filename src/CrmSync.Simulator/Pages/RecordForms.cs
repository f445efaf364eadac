using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Pages;

/// <summary>The forms with which a person edits a record, and what they send.</summary>
internal static class RecordForms
{
    public static Markup Write(SimulatedRecord record, LabelProperties labels) => Html.Of(h => h.Add($"""
        <div class="forms"><section class="panel"><h2>Edit as a person</h2>
        <form method="post" action="{PageLayout.AddressOf(record)}">
        <input type="hidden" name="change" value="text">
        <label for="subject">Subject</label><input id="subject" name="subject" value="{record.Subject}" autocomplete="off">
        <label for="body">Description</label><textarea id="body" name="body" rows="7">{Leading(record.Body)}{record.Body}</textarea>
        <button type="submit">Save text</button></form></section>
        <section class="panel"><h2>Set a label as a person</h2>
        <p class="hint">CrmSync keeps what a person set.</p>
        {LabelForm(record, labels.Engaged.Name, "Engagement", LabelProperties.EngagementValues)}
        {LabelForm(record, labels.Stage.Name, "Sales stage", LabelProperties.StageValues)}
        </section></div>
        """));

    /// <summary>Applies what a form sent.</summary>
    /// <returns>What was done, for the person; null where the form is none of ours.</returns>
    public static string? Apply(ISimulatedCrm crm, SimulatedRecord record, IFormCollection form)
    {
        var labels = LabelProperties.Of(crm.Kind);
        if (form["change"] == "text" && form.TryGetValue("subject", out var subject) && form.TryGetValue("body", out var body))
        {
            // Browsers change line endings on the way; a person who left the body alone leaves it as it is stored.
            var sent = LineFeeds(body.ToString());
            crm.EditText(record.ObjectType, record.Id, subject.ToString(), sent == LineFeeds(record.Body) ? record.Body : sent);
            return "text";
        }

        if (form["change"] != "label" || !form.TryGetValue("value", out var chosen))
            return null;
        var property = form["property"].ToString();
        var allowed = property == labels.Engaged.Name ? LabelProperties.EngagementValues
            : property == labels.Stage.Name ? LabelProperties.StageValues
            : [];
        var value = chosen.ToString();
        if (allowed.Count == 0 || (value.Length > 0 && !allowed.Contains(value)))
            return null;
        crm.EditProperty(record.ObjectType, record.Id, property, value.Length == 0 ? null : value);
        return "label";
    }

    private static string LineFeeds(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    /// <summary>
    /// A parser drops one line break after the start of a text area; a body that begins with one needs another before it.
    /// </summary>
    private static Markup Leading(string body) => body.StartsWith('\n') || body.StartsWith('\r') ? new("\n") : Markup.None;

    private static Markup LabelForm(SimulatedRecord record, string property, string title, IReadOnlyList<string> values) => Html.Of(h =>
    {
        var current = record.Properties.GetValueOrDefault(property) ?? "";
        h.Add($"""
            <form method="post" action="{PageLayout.AddressOf(record)}" class="label-form">
            <input type="hidden" name="change" value="label"><input type="hidden" name="property" value="{property}">
            <label for="{property}">{title}</label><select id="{property}" name="value"><option value="">(blank)</option>
            """);
        foreach (var value in values)
        {
            var chosen = value == current ? new Markup(" selected") : Markup.None;
            h.Add($"<option{chosen}>{value}</option>");
        }

        h.Add($"</select><button type=\"submit\">Set</button></form>");
    });
}
