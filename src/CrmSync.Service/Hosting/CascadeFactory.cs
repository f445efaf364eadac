using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Hosting;

/// <summary>Makes the cascade of the taxonomies in use, with the shipped model or with one of the ledger.</summary>
internal sealed class CascadeFactory(TaxonomySet taxonomies) : ICascadeFactory
{
    public Cascade CreateShipped() => Cascade.CreateDefault(taxonomies);

    public Cascade Create(byte[] model)
    {
        try
        {
            using var stream = new MemoryStream(model, writable: false);
            return Cascade.CreateDefault(taxonomies, model: LocalModel.Read(stream));
        }
        catch (ModelFileException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }
}
