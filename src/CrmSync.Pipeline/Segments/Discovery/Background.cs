using System.Numerics.Tensors;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>How often terms are met outside the segments, per language.</summary>
internal sealed class Background(Corpus corpus)
{
    private readonly float[][] _counts = Count(corpus);

    /// <summary>Shares of terms without what segments say: else accounts of no segment would be one, told apart by what they lack.</summary>
    /// <param name="signal">What segments say, a stretch of all terms per language.</param>
    public float[][] Without(float[] signal)
    {
        var background = new float[_counts.Length][];
        for (var language = 0; language < background.Length; language++)
        {
            var terms = background[language] = new float[_counts[language].Length];
            TensorPrimitives.Subtract(_counts[language], signal.AsSpan(language * terms.Length, terms.Length), terms);
            TensorPrimitives.Max(terms, 0.5f, terms);
            TensorPrimitives.Divide(terms, TensorPrimitives.Sum<float>(terms), terms);
        }
        return background;
    }

    private static float[][] Count(Corpus corpus)
    {
        var counts = new float[corpus.Languages][];
        for (var language = 0; language < counts.Length; language++)
            counts[language] = new float[corpus.TermCount];
        for (var activity = 0; activity < corpus.ActivityCount; activity++)
            foreach (var term in corpus.TermsOf(activity))
                counts[corpus.Language[activity]][term]++;
        return counts;
    }
}
