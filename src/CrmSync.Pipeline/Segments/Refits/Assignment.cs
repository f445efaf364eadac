namespace CrmSync.Pipeline.Segments.Refits;

/// <summary>The one-to-one assignment of rows to columns with the greatest total (the Hungarian method, O(n³)).</summary>
internal static class Assignment
{
    /// <summary>The column of every row; -1 where rows outnumber columns and one goes without.</summary>
    /// <param name="gain">Gain of every pair, rows by columns, finite.</param>
    public static int[] Best(double[,] gain)
    {
        int rows = gain.GetLength(0), columns = gain.GetLength(1), size = Math.Max(rows, columns);
        // Potentials of rows and columns, and the row matched to each column; index 0 is a helper, as in the usual presentation (Jonker and Volgenant).
        var (u, v, rowOf, way) = (new double[size + 1], new double[size + 1], new int[size + 1], new int[size + 1]);
        for (var row = 1; row <= size; row++)
        {
            rowOf[0] = row;
            var column = 0;
            var least = new double[size + 1];
            Array.Fill(least, double.MaxValue);
            var used = new bool[size + 1];
            do
            {
                used[column] = true;
                var (delta, next) = (double.MaxValue, 0);
                for (var j = 1; j <= size; j++)
                {
                    if (used[j])
                        continue;
                    var reduced = Cost(rowOf[column], j) - u[rowOf[column]] - v[j];
                    if (reduced < least[j])
                        (least[j], way[j]) = (reduced, column);
                    if (least[j] < delta)
                        (delta, next) = (least[j], j);
                }
                for (var j = 0; j <= size; j++)
                    if (used[j])
                    {
                        u[rowOf[j]] += delta;
                        v[j] -= delta;
                    }
                    else
                        least[j] -= delta;
                column = next;
            }
            while (rowOf[column] != 0);
            for (; column != 0; column = way[column])
                rowOf[column] = rowOf[way[column]];
        }
        var result = new int[rows];
        Array.Fill(result, -1);
        for (var column = 1; column <= columns; column++)
            if (rowOf[column] <= rows)
                result[rowOf[column] - 1] = column - 1;
        return result;

        double Cost(int row, int column) => row <= rows && column <= columns ? -gain[row - 1, column - 1] : 0;
    }
}
