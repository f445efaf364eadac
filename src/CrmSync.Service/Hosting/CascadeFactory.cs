using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Hosting;

/// <summary>Makes the cascade as the settings want it, with the shipped model or with one of the ledger.</summary>
internal sealed class CascadeFactory(ClassificationSettings settings, TaxonomySet taxonomies) : ICascadeFactory
{
    public Cascade CreateShipped() => CascadeBook.Build(settings, taxonomies);

    public Cascade Create(byte[] model)
    {
        try
        {
            using var stream = new MemoryStream(model, writable: false);
            return CascadeBook.Build(settings, taxonomies, LocalModel.Read(stream));
        }
        catch (ModelFileException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }
}
