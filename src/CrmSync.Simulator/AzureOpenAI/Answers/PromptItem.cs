namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>A record that a prompt asks about.</summary>
/// <param name="Id">Its id in the call.</param>
/// <param name="Text">All its text fields, each on a line of its own.</param>
/// <param name="Marked">Whether it stood inside the data marking.</param>
internal sealed record PromptItem(string Id, string Text, bool Marked);

/// <summary>A prompt taken apart.</summary>
/// <param name="Items">The records, in order.</param>
/// <param name="Outside">User text outside the data marking.</param>
internal sealed record PromptParts(IReadOnlyList<PromptItem> Items, string Outside);
