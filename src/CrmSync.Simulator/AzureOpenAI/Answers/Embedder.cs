namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>
/// Vectors of hashed words, word pairs and letter triples, of unit length: texts that share words lie near one another, and the same text
/// always gets the same vector.
/// </summary>
internal static class Embedder
{
    private const int LettersInRun = 3;
    private const float PairWeight = 0.7f;
    private const float LetterWeight = 0.25f;

    public static float[] Embed(string text, int dimensions)
    {
        var vector = new float[dimensions];
        var (before, length) = (0UL, 0);
        Span<char> word = stackalloc char[64];
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                if (length < word.Length)
                    word[length++] = char.ToLowerInvariant(text[i]);
                continue;
            }
            if (length == 0)
                continue;
            var hash = Hash.Of(word[..length]);
            Add(vector, hash, 1);
            if (before != 0)
                Add(vector, Hash.Mixed((before * 31) + hash), PairWeight);
            for (var at = 0; at + LettersInRun <= length; at++)
                Add(vector, Hash.Of(word.Slice(at, LettersInRun), 7), LetterWeight);
            (before, length) = (hash, 0);
        }

        // A text without a word still gets a direction of its own.
        if (Array.TrueForAll(vector, number => number == 0))
            Add(vector, Hash.Of(text), 1);
        var norm = MathF.Sqrt(vector.Sum(number => number * number));
        for (var i = 0; i < vector.Length; i++)
            vector[i] /= norm;
        return vector;
    }

    private static void Add(float[] vector, ulong hash, float weight)
    {
        var mixed = Hash.Mixed(hash);
        vector[(int)(mixed % (ulong)vector.Length)] += (mixed >> 63) == 0 ? weight : -weight;
    }
}
