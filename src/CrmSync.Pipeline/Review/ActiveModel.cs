using CrmSync.Pipeline.Classification;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Review;

/// <summary>Makes the cascade that decides with a model.</summary>
public interface ICascadeFactory
{
    /// <summary>Stands for everything beside the model that cascades are made with, such as thresholds; another one says that they have to be made anew.</summary>
    string Edition => "";

    /// <summary>The cascade with the model that came with the program.</summary>
    Cascade CreateShipped();

    /// <summary>The cascade with a stored model.</summary>
    /// <exception cref="InvalidDataException">The content is no model that this version can read; the message says why.</exception>
    Cascade Create(byte[] model);
}

/// <summary>
/// Follows the ledger's active model: nodes look every few seconds and change over between two batches, without a restart. A model that this version cannot read
/// leaves the one in use where it is. Not thread-safe: one loop follows.
/// </summary>
public sealed class ActiveModel(IModelStore store, CascadeHolder holder, ICascadeFactory factory, ILogger<ActiveModel> logger)
{
    private long? _inUse;
    private long? _refused;
    private string _edition = "";

    /// <summary>Looks once, and changes over where the ledger names another model.</summary>
    /// <returns>Whether it changed over.</returns>
    public async Task<bool> FollowAsync(CancellationToken cancellationToken)
    {
        var wanted = await store.FindActiveAsync(cancellationToken);
        var edition = factory.Edition;
        if (edition == _edition && (wanted == _inUse || (wanted is not null && wanted == _refused)))
            return false;
        _edition = edition;
        if (wanted is { } id)
        {
            if (await store.ReadModelAsync(id, cancellationToken) is not { } content || Read(id, content) is not { } cascade)
            {
                _refused = id;
                return false;
            }
            holder.Use(cascade);
        }
        else
        {
            holder.Use(factory.CreateShipped());
        }
        (_inUse, _refused) = (wanted, null);
        logger.ModelInUse(holder.Current.ModelVersion);
        return true;
    }

    private Cascade? Read(long id, byte[] content)
    {
        try
        {
            return factory.Create(content);
        }
        catch (InvalidDataException fault)
        {
            logger.ModelUnreadable(id, fault.Message);
            return null;
        }
    }
}
