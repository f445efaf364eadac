using System.Xml.Linq;
using CrmSync.Pipeline.Access;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CrmSync.Service.Auth;

/// <summary>
/// Keeps the framework's keys in the ledger, so that all nodes share them and a restart ends no session. The framework's interface is synchronous; it is called at
/// the start and then about once a day. Thread-safe.
/// </summary>
internal sealed class KeyRing(IProtectionKeyStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. store.ReadProtectionKeysAsync(CancellationToken.None).GetAwaiter().GetResult().Select(text => XElement.Parse(text))];

    public void StoreElement(XElement element, string friendlyName) =>
        store.AddProtectionKeyAsync(friendlyName, element.ToString(SaveOptions.DisableFormatting), CancellationToken.None).GetAwaiter().GetResult();
}

/// <summary>Reads the keys before the first request, so that a missing master key file is said in a sentence at the start.</summary>
internal sealed class KeyRingStart(IProtectionKeyStore store, IKeyManager keys) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.ReadProtectionKeysAsync(cancellationToken);
        keys.GetAllKeys();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
