using System.Runtime.InteropServices;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>All phrases of all rules in one trie of words, so that a text is walked once however many rules there are. Built once, then only read.</summary>
internal sealed class PhraseTrie
{
    // A way on in one number: from which node (21 bits), by which word (21), to which node (22).
    private const int WordBits = 21;
    private const int NextBits = 22;
    private const int Most = 1 << WordBits;

    private readonly List<Node> _nodes = [new Node()];

    // Open addressing over node and word; 0 is an empty slot, because no way leads back to the first node.
    private ulong[] _ways = new ulong[1_024];
    private int _count;

    // By word: the node after it as the first of a phrase, or 0. Most words begin none, so most are done with one look.
    private int[] _first = new int[1_024];

    /// <summary>Adds a phrase of a rule.</summary>
    /// <exception cref="InvalidOperationException">There are over two million words or places in phrases.</exception>
    public void Add(ReadOnlySpan<int> words, int rule)
    {
        var node = 0;
        foreach (var word in words)
        {
            var next = Next(node, word);
            if (next == 0)
            {
                next = _nodes.Count;
                _nodes.Add(new Node());
                AddWay(node, word, next);
                if (node == 0)
                    Begin(word, next);
                _nodes[node].GoesOn = true;
            }
            if (word == Vocabulary.Any)
                _nodes[node].Any = next;
            node = next;
        }
        if (!_nodes[node].Rules.Contains(rule))
            _nodes[node].Rules = [.. _nodes[node].Rules, rule];
    }

    /// <summary>Reports every phrase in the tokens. Work is bounded by the number of tokens times a constant.</summary>
    public void Match(List<Token> list, List<PhraseHit> hits)
    {
        var tokens = CollectionsMarshal.AsSpan(list);
        for (var start = 0; start < tokens.Length; start++)
        {
            var word = tokens[start].Word;
            if (word >= _first.Length || _first[word] is not (not 0 and var node))
                continue;
            Report(_nodes[node], start, start, hits);
            Walk(tokens, start, start + 1, _nodes[node], node, hits);
        }
    }

    private void Begin(int word, int node)
    {
        if (word >= _first.Length)
            Array.Resize(ref _first, word * 2);
        _first[word] = node;
    }

    private void Walk(ReadOnlySpan<Token> tokens, int start, int position, Node node, int number, List<PhraseHit> hits)
    {
        // A phrase never runs from one zone into another; with at most two ways on per word and eight words, this is a constant.
        while (node.GoesOn && position < tokens.Length && tokens[position].Place == tokens[start].Place)
        {
            if (node.Any != 0)
            {
                Report(_nodes[node.Any], start, position, hits);
                Walk(tokens, start, position + 1, _nodes[node.Any], node.Any, hits);
            }
            if (tokens[position].Word == Vocabulary.Unknown || Next(number, tokens[position].Word) is not (not 0 and var next))
                return;
            (node, number) = (_nodes[next], next);
            Report(node, start, position, hits);
            position++;
        }
    }

    private static void Report(Node node, int start, int position, List<PhraseHit> hits)
    {
        foreach (var rule in node.Rules)
            hits.Add(new PhraseHit(rule, start, position));
    }

    /// <summary>The node that a word leads to; 0 where there is none.</summary>
    private int Next(int node, int word) => (int)(_ways[Slot(KeyOf(node, word))] & ((1 << NextBits) - 1));

    private void AddWay(int node, int word, int next)
    {
        if (word >= Most || next >= Most)
            throw new InvalidOperationException($"Phrases hold more than {Most} words or places; take some out.");
        if (++_count * 2 > _ways.Length)
        {
            var old = _ways;
            _ways = new ulong[old.Length * 2];
            foreach (var way in old)
                if (way != 0)
                    _ways[Slot(way >> NextBits)] = way;
        }
        var key = KeyOf(node, word);
        _ways[Slot(key)] = key << NextBits | (uint)next;
    }

    private static ulong KeyOf(int node, int word) => (ulong)(uint)node << WordBits | (uint)word;

    /// <summary>The slot that holds a key, or the empty one where it would stand.</summary>
    private int Slot(ulong key)
    {
        var ways = _ways;
        // Fibonacci hashing: the product's upper half is mixed best.
        var slot = (int)((key * 0x9E37_79B9_7F4A_7C15) >> 32) & (ways.Length - 1);
        while (ways[slot] is not 0 and var way && way >> NextBits != key)
            slot = (slot + 1) & (ways.Length - 1);
        return slot;
    }

    private sealed class Node
    {
        /// <summary>The node that any word leads to, if there is one; 0 for none.</summary>
        public int Any { get; set; }

        /// <summary>Whether any word leads on.</summary>
        public bool GoesOn { get; set; }

        public int[] Rules { get; set; } = [];
    }
}

/// <summary>A phrase of a rule, found from the first to the last token.</summary>
internal readonly record struct PhraseHit(int Rule, int FirstToken, int LastToken);
