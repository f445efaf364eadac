using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Review;

public sealed class ActiveModelTests
{
    private readonly Models _models = new();
    private readonly Factory _factory = new();
    private readonly CascadeHolder _holder;
    private readonly ActiveModel _sut;

    public ActiveModelTests()
    {
        _holder = new CascadeHolder(_factory.CreateShipped());
        _sut = new ActiveModel(_models, _holder, _factory, NullLogger<ActiveModel>.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follow_PromotedAndBroughtBack_ChangesOverEachTime()
    {
        var shipped = _holder.Current;
        (await _sut.FollowAsync(Token)).ShouldBeFalse();

        _models.Active = 1;
        (await _sut.FollowAsync(Token)).ShouldBeTrue();
        var promoted = _holder.Current;
        promoted.ShouldNotBeSameAs(shipped);
        (await _sut.FollowAsync(Token)).ShouldBeFalse("nothing changed since");

        _models.Active = null;
        (await _sut.FollowAsync(Token)).ShouldBeTrue();
        _holder.Current.ShouldNotBeSameAs(promoted);
    }

    [Fact]
    public async Task Follow_ModelThatCannotBeRead_KeepsTheOneInUseAndReadsItOnce()
    {
        var shipped = _holder.Current;
        _models.Active = 2;

        (await _sut.FollowAsync(Token)).ShouldBeFalse();
        (await _sut.FollowAsync(Token)).ShouldBeFalse();

        _holder.Current.ShouldBeSameAs(shipped);
        _models.Reads.ShouldBe(1);
        _models.Active = 1;
        (await _sut.FollowAsync(Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Follow_ThresholdsChanged_MakesTheCascadeAnewOnce()
    {
        (await _sut.FollowAsync(Token)).ShouldBeFalse();
        _factory.Edition = "stage=0.8";

        (await _sut.FollowAsync(Token)).ShouldBeTrue();
        (await _sut.FollowAsync(Token)).ShouldBeFalse();
    }

    private sealed class Factory : ICascadeFactory
    {
        public string Edition { get; set; } = "";

        private readonly TaxonomySet _taxonomies = TaxonomySet.LoadShipped();

        public Cascade CreateShipped() => Cascade.CreateDefault(_taxonomies);

        public Cascade Create(byte[] model) => model.Length == 1 ? Cascade.CreateDefault(_taxonomies) : throw new InvalidDataException("it is of another format");
    }

    private sealed class Models : IModelStore
    {
        public long? Active { get; set; }

        public int Reads { get; private set; }

        public Task<long?> FindActiveAsync(CancellationToken cancellationToken) => Task.FromResult(Active);

        public Task<byte[]?> ReadModelAsync(long modelId, CancellationToken cancellationToken)
        {
            Reads++;
            return Task.FromResult<byte[]?>(new byte[modelId]);
        }

        public Task<IReadOnlyList<StoredModel>> ListModelsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long> ProposeAsync(ProposedModel model, string actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> PromoteAsync(long modelId, string actor, string? reason, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> RollBackAsync(string actor, string? reason, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
