namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Where the search for segments starts.</summary>
/// <param name="Seeds">Number of seeds; 0 where accounts have nothing of their own in common.</param>
/// <param name="SeedOf">The seed of every account; -1 for background.</param>
/// <param name="Dimensions">Dimensions above what chance gives.</param>
internal sealed record Seeding(int Seeds, int[] SeedOf, int Dimensions);

/// <summary>
/// Finds seeds: directions above what chance gives, then k-means with three times as many centroids in that space; centroids that nearly point the same way are
/// one, accounts near the origin belong to none.
/// </summary>
internal sealed class SeedFinder(Corpus corpus, DiscoveryOptions options)
{
    private const int Iterations = 24;
    private const int MostSeeds = 160;
    private const double SameWay = 0.85;
    private const double Near = 0.5;
    private const double Far = 0.98;
    private const double AboveChance = 1.05;
    private const int ChanceVectors = 8;
    private const int FirstWidth = 32;
    private const int SpareVectors = 6;

    public Seeding Find(Action<double> progress, CancellationToken cancellationToken)
    {
        var nothing = new Seeding(0, [.. Enumerable.Repeat(-1, corpus.AccountCount)], 0);
        if (corpus.TermCount < 10 || corpus.AccountCount < options.WorkingSize)
            return nothing;
        var parallel = options.Parallel(cancellationToken);
        var moment = new CoMoment(corpus);
        var most = Math.Min(options.MostDimensions, Math.Max(ChanceVectors, Math.Min(corpus.TermCount, corpus.AccountCount) / 4));
        var identity = Shuffle.Identity(corpus);
        var shuffled = Shuffle.Permute(corpus, _ => 0, 1, ((ulong)options.Seed * 31) + 7);
        // Of the shuffled moment only the largest value is needed: a few vectors are enough.
        var chanceOnly = Subspace.Iterate(
            vectors => moment.Apply(vectors, ChanceVectors, shuffled, parallel), corpus.TermCount, ChanceVectors, Iterations, 0, (ulong)options.Seed + 1, cancellationToken);
        progress(0.2);
        // Most accounts have few directions; the wide search is for those that fill the narrow one.
        var width = Math.Min(most, FirstWidth);
        var (real, dimensions) = Directions(width);
        if (dimensions > width - SpareVectors && width < most)
            (real, dimensions) = Directions(most);
        progress(0.8);
        if (dimensions == 0)
            return nothing;
        var axes = Cut(real, dimensions);
        var points = Whiten(moment, axes, dimensions, identity, parallel);
        var chance = Whiten(moment, axes, dimensions, shuffled, parallel);
        return Cluster(points, chance, dimensions, cancellationToken);

        (Eigenpairs Pairs, int AboveChance) Directions(int wide)
        {
            var pairs = Subspace.Iterate(
                vectors => moment.Apply(vectors, wide, identity, parallel), corpus.TermCount, wide, Iterations, chanceOnly.Values[0], (ulong)options.Seed + 2, cancellationToken);
            return (pairs, pairs.Values.Count(value => value > AboveChance * chanceOnly.Values[0]));
        }
    }

    private float[] Cut(Eigenpairs pairs, int dimensions)
    {
        var axes = new float[corpus.TermCount * dimensions];
        for (var term = 0; term < corpus.TermCount; term++)
            pairs.Vectors.AsSpan(term * pairs.Width, dimensions).CopyTo(axes.AsSpan(term * dimensions));
        return axes;
    }

    /// <summary>Accounts in units of what chance spreads a sum of as many activities by.</summary>
    private float[] Whiten(CoMoment moment, float[] axes, int width, int[] order, ParallelOptions parallel)
    {
        var squares = new double[width * width];
        var sums = moment.Project(axes, width, order, squares, parallel);
        for (var i = 0; i < squares.Length; i++)
            squares[i] /= Math.Max(1, corpus.ActivityCount);
        SmallMatrix.SolveRows(sums, corpus.AccountCount, width, SmallMatrix.Cholesky(squares, width));
        for (var account = 0; account < corpus.AccountCount; account++)
        {
            var scale = 1 / MathF.Sqrt(Math.Max(1, corpus.CountOf(account)));
            foreach (ref var value in sums.AsSpan(account * width, width))
                value *= scale;
        }
        return sums;
    }

    private Seeding Cluster(float[] points, float[] chance, int width, CancellationToken cancellationToken)
    {
        var norms = Norms(points, width);
        var byChance = Norms(chance, width);
        Array.Sort(byChance);
        var far = byChance[(int)(Far * (byChance.Length - 1))];
        int[] candidates = [.. Enumerable.Range(0, norms.Length).Where(account => norms[account] > far)];
        var wanted = Math.Min(MostSeeds, Math.Min((3 * width) + 2, candidates.Length / 4));
        if (wanted < 1)
            return new Seeding(0, [.. Enumerable.Repeat(-1, norms.Length)], width);
        var units = new float[candidates.Length * width];
        for (var i = 0; i < candidates.Length; i++)
            for (var k = 0; k < width; k++)
                units[(i * width) + k] = points[(candidates[i] * width) + k] / norms[candidates[i]];
        var (centroids, of) = new SphericalMeans(units, [.. candidates.Select(account => norms[account])], width, options, cancellationToken).Run(wanted);
        var group = Merge(centroids, of, width);
        var seedOf = new int[norms.Length];
        Array.Fill(seedOf, -1);
        Dictionary<int, int> number = [];
        for (var i = 0; i < candidates.Length; i++)
        {
            // What lies between the directions starts nowhere; the fit decides.
            if (of[i] < 0 || SphericalMeans.Dot(units, i, centroids, of[i], width) < Near)
                continue;
            if (!number.TryGetValue(group[of[i]], out var seed))
                number[group[of[i]]] = seed = number.Count;
            seedOf[candidates[i]] = seed;
        }
        return DropSmall(seedOf, number.Count, width);
    }

    // Three accounts that look alike are a coincidence in every large set; they would only take in what belongs nowhere.
    private Seeding DropSmall(int[] seedOf, int seeds, int width)
    {
        var sizes = new int[seeds];
        foreach (var seed in seedOf)
            if (seed >= 0)
                sizes[seed]++;
        var kept = 0;
        int[] number = [.. sizes.Select(size => size >= options.WorkingSize / 2 ? kept++ : -1)];
        return new Seeding(kept, [.. seedOf.Select(seed => seed < 0 ? -1 : number[seed])], width);
    }

    private static int[] Merge(float[] centroids, int[] of, int width)
    {
        var count = centroids.Length / width;
        int[] group = [.. Enumerable.Range(0, count)];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < i; j++)
                if (group[j] == j && group[i] == i && SphericalMeans.Dot(centroids, i, centroids, j, width) > SameWay)
                    group[i] = j;
        return group;
    }

    private static float[] Norms(float[] points, int width)
    {
        var norms = new float[points.Length / width];
        for (var i = 0; i < norms.Length; i++)
            norms[i] = MathF.Sqrt(SphericalMeans.Dot(points, i, points, i, width)) + 1e-12f;
        return norms;
    }
}
