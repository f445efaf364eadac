namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>How often which truth got which answer. Classes are numbered from 0.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _cells;

    /// <summary>An empty matrix.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        Classes = classes;
        _cells = new long[classes * classes];
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Rows counted.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows on the diagonal.</summary>
    public long Right => Enumerable.Range(0, Classes).Sum(i => this[i, i]);

    /// <summary>Rows of a truth that got an answer.</summary>
    public long this[int truth, int answer] => _cells[truth * Classes + answer];

    /// <summary>Counts a row.</summary>
    public void Add(int truth, int answer, long rows = 1)
    {
        _cells[truth * Classes + answer] += rows;
        Rows += rows;
    }

    /// <summary>Rows whose truth is a class.</summary>
    public long TruthOf(int index) => Enumerable.Range(0, Classes).Sum(i => this[index, i]);

    /// <summary>Rows whose answer is a class.</summary>
    public long AnswersOf(int index) => Enumerable.Range(0, Classes).Sum(i => this[i, index]);

    /// <summary>
    /// F1 of a class: twice the hits over truths plus answers. Null for a class that neither occurs nor is answered: there is nothing to measure.
    /// </summary>
    public double? F1(int index)
    {
        var of = TruthOf(index) + AnswersOf(index);
        return of == 0 ? null : 2.0 * this[index, index] / of;
    }

    /// <summary>Mean F1 over the first <paramref name="classes"/> classes, leaving out those with nothing to measure; null where all are.</summary>
    public double? MacroF1(int classes) => Enumerable.Range(0, classes).Average(F1);

    /// <summary>A matrix of as many rows, drawn from this one with replacement.</summary>
    internal ConfusionMatrix Resample(Random random)
    {
        var drawn = new ConfusionMatrix(Classes);
        long left = Rows;
        var weight = Rows;
        for (var cell = 0; cell < _cells.Length && left > 0; cell++)
        {
            // Multinomial as a chain of binomials: a cell takes its share of what the cells before it left.
            var count = weight == _cells[cell] ? left : Binomial.Draw(random, left, (double)_cells[cell] / weight);
            drawn.Add(cell / Classes, cell % Classes, count);
            left -= count;
            weight -= _cells[cell];
        }
        return drawn;
    }
}
