using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Hosting;

/// <summary>Makes the cascade of the taxonomies in use, with the shipped model or with one of the ledger.</summary>
internal sealed class CascadeFactory(TaxonomySet taxonomies) : ICascadeFactory
{
    public Cascade CreateShipped() => Cascade.CreateDefault(taxonomies);

    public Cascade Create(byte[] model) => throw new InvalidDataException("this version knows no trained models");
}
