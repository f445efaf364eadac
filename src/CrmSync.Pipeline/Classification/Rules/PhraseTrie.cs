namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>All phrases of all rules in one trie of words, so that a text is walked once however many rules there are. Built once, then only read.</summary>
internal sealed class PhraseTrie
{
    private readonly List<Node> _nodes = [new Node()];

    public void Add(ReadOnlySpan<int> words, int rule)
    {
        var node = _nodes[0];
        foreach (var word in words)
        {
            if (!node.Next.TryGetValue(word, out var next))
            {
                next = _nodes.Count;
                node.Next[word] = next;
                _nodes.Add(new Node());
            }
            node = _nodes[next];
        }
        if (!node.Rules.Contains(rule))
            node.Rules.Add(rule);
    }

    /// <summary>Reports every phrase in the tokens. Work is bounded by the number of tokens times a constant.</summary>
    public void Match(IReadOnlyList<Token> tokens, List<PhraseHit> hits)
    {
        for (var start = 0; start < tokens.Count; start++)
            Walk(tokens, start, start, _nodes[0], hits);
    }

    private void Walk(IReadOnlyList<Token> tokens, int start, int position, Node node, List<PhraseHit> hits)
    {
        // A phrase never runs from one zone into another; with at most two ways on per word and eight words, this is a constant.
        while (position < tokens.Count && tokens[position].Place == tokens[start].Place)
        {
            if (position > start && node.Next.TryGetValue(Vocabulary.Any, out var any))
                Step(_nodes[any]);
            if (tokens[position].Word == Vocabulary.Unknown || !node.Next.TryGetValue(tokens[position].Word, out var next))
                return;
            node = _nodes[next];
            Report(node);
            position++;
        }

        void Step(Node wild)
        {
            Report(wild);
            Walk(tokens, start, position + 1, wild, hits);
        }

        void Report(Node at)
        {
            foreach (var rule in at.Rules)
                hits.Add(new PhraseHit(rule, start, position));
        }
    }

    private sealed class Node
    {
        public Dictionary<int, int> Next { get; } = [];

        public List<int> Rules { get; } = [];
    }
}

/// <summary>A phrase of a rule, found from the first to the last token.</summary>
internal readonly record struct PhraseHit(int Rule, int FirstToken, int LastToken);
