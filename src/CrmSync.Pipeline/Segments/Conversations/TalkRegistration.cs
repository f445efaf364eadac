using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Pipeline.WriteBack.Notes;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>Registers briefs and conversations.</summary>
public static class TalkRegistration
{
    /// <summary>
    /// Adds them. The ledger's stores, the names that never leave the process, <see cref="NumberOptions"/>, the desk of the embeddings endpoint and the clock are registered by the host, and a
    /// <see cref="SpecialistModel"/> where a hosted model is configured.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="briefs">How briefs are made.</param>
    /// <param name="conversations">How conversations are held.</param>
    public static IServiceCollection AddTalks(this IServiceCollection services, BriefOptions briefs, ConversationOptions conversations) => services
        .AddSingleton<ISegmentMatcher, LedgerMatcher>()
        .AddSingleton(provider => new BriefMaker(
            provider.GetRequiredService<ISegmentMatcher>(), provider.GetRequiredService<IPackReader>(), briefs, provider.GetRequiredService<TimeProvider>(),
            provider.GetService<SpecialistModel>(), provider.GetService<IKnownNames>()))
        .AddSingleton<BriefDesk>()
        .AddSingleton<NoteDesk>()
        .AddSingleton(provider => new Specialist(
            conversations, provider.GetRequiredService<NumberOptions>(), provider.GetService<SpecialistModel>(), provider.GetService<IKnownNames>()))
        .AddSingleton<ThreadDesk>();
}
