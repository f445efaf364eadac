using System.Runtime.InteropServices;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>All phrases of all rules in one trie of words, so that a text is walked once however many rules there are. Built once, then only read.</summary>
internal sealed class PhraseTrie
{
    private readonly List<Node> _nodes = [new Node()];

    // By word: the node after it as the first of a phrase, or 0. Most words begin none, so most are done with one look.
    private int[] _first = new int[1_024];

    public void Add(ReadOnlySpan<int> words, int rule)
    {
        var node = _nodes[0];
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (!node.Next.TryGetValue(word, out var next))
            {
                next = _nodes.Count;
                node.Next[word] = next;
                _nodes.Add(new Node());
                if (i == 0)
                    Begin(word, next);
            }
            if (word == Vocabulary.Any)
                node.Any = _nodes[next];
            node = _nodes[next];
        }
        if (!node.Rules.Contains(rule))
            node.Rules.Add(rule);
    }

    /// <summary>Reports every phrase in the tokens. Work is bounded by the number of tokens times a constant.</summary>
    public void Match(List<Token> list, List<PhraseHit> hits)
    {
        var tokens = CollectionsMarshal.AsSpan(list);
        for (var start = 0; start < tokens.Length; start++)
        {
            var word = tokens[start].Word;
            if (word < _first.Length && _first[word] != 0)
                Walk(tokens, start, start, _nodes[0], hits);
        }
    }

    private void Begin(int word, int node)
    {
        if (word >= _first.Length)
            Array.Resize(ref _first, word * 2);
        _first[word] = node;
    }

    private void Walk(ReadOnlySpan<Token> tokens, int start, int position, Node node, List<PhraseHit> hits)
    {
        // A phrase never runs from one zone into another; with at most two ways on per word and eight words, this is a constant.
        while (position < tokens.Length && tokens[position].Place == tokens[start].Place)
        {
            if (position > start && node.Any is { } any)
            {
                Report(any, start, position, hits);
                Walk(tokens, start, position + 1, any, hits);
            }
            if (tokens[position].Word == Vocabulary.Unknown || node.Next.Count == 0 || !node.Next.TryGetValue(tokens[position].Word, out var next))
                return;
            node = _nodes[next];
            Report(node, start, position, hits);
            position++;
        }
    }

    private static void Report(Node node, int start, int position, List<PhraseHit> hits)
    {
        foreach (var rule in node.Rules)
            hits.Add(new PhraseHit(rule, start, position));
    }

    private sealed class Node
    {
        public Dictionary<int, int> Next { get; } = [];

        /// <summary>The way on that any word takes, if there is one; it stands in <see cref="Next"/>, too.</summary>
        public Node? Any { get; set; }

        public List<int> Rules { get; } = [];
    }
}

/// <summary>A phrase of a rule, found from the first to the last token.</summary>
internal readonly record struct PhraseHit(int Rule, int FirstToken, int LastToken);
