using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Benchmarks.Redaction;

/// <summary>A text with one piece of personal data in it.</summary>
/// <param name="Entity">What it is: email, phone, card, account, ip, id, person, company; ordinary for a text without any.</param>
/// <param name="Text">The text.</param>
/// <param name="Data">The data as it stands in the text; empty in an ordinary one.</param>
internal sealed record PlantedText(string Entity, string Text, string Data);

/// <summary>Makes texts with personal data of every kind that the remover promises to find, and ordinary ones that look a little like it. A seed decides everything.</summary>
internal sealed class PlantedPersonalData : IKnownNames
{
    private static readonly string[] First =
        ["Dana", "Renata", "Siobhan", "Jürgen", "Łukasz", "Anneli", "Marguerite", "Piotr", "Ines", "Tomás", "Kieran", "Håkon", "Zeynep", "Priya", "Wei", "Olufemi", "Carmen", "Björn", "Noémie", "Giulia", "Marek", "Aoife", "Rasmus", "Yusuf"];

    private static readonly string[] Last =
        ["Whitlock", "Kovács", "O'Brien", "Groß", "Wiśniewski", "Saarto", "Delacroix", "Nowak", "Korda", "Álvarez", "Walsh", "Sørensen", "Yılmaz", "Raghavan", "Zhang", "Adeyemi", "Ruiz-Ortega", "Lindqvist", "Lefèvre", "Bianchi", "van der Berg", "Nkemelu", "Halloran", "Dolny"];

    private static readonly string[] Companies =
        ["Corbel Hospitality Group", "Penhallow Care Ltd", "Ferrow Outdoor", "Tallyfern Inc.", "Müllerbau GmbH", "Quillmere Foods", "Ostrava Stahlwerk AG", "Vantrel Logistics", "Bexhill Dairy Ltd", "Korvachem SA"];

    private static readonly string[] Around =
        ["Spoke briefly, {0} is the best way to reach them.", "{0}", "Notes: {0}, then send the deck", "She wrote: {0}\nand will be back on Monday.", "Please use {0} from now on.", "(see {0})", "Update - {0} - as agreed", "Contact details changed to {0}. Budget is 45,000 EUR."];

    private static readonly string[] AroundNames =
        ["Call with {0} went well.", "{0} asked for a quote", "As {0} said, the board decides.", "Demo for {0}, then pricing", "hi {0}, thanks for today", "Met {0} and two others at the site", "{0}'s team likes the export", "Left a message for {0}."];

    private static readonly string[] Ordinary =
    [
        "They run {0} vans and {1} depots on one spreadsheet.", "Quote Q-{2}-{0} over {3} EUR sent, valid until 2026-0{4}-1{4}.", "PO 4{2}{0} arrived, invoice INV-{2} follows.", "Release {4}.{4}.{0} fixes the export; ticket #{2}{0} closed.",
        "Meeting moved to {4}:30 on the 1{4}th, room 0{4}.{0}.", "Uplift capped at {4} %, term {0} months, volume {2}.", "ARR {3} with {0} seats at ${1} each.", "Order 2026-{2}, batch {2}{2}, {0} pallets.", "The trial has {0} of {1} users active; week {4}/{0}.", "Fiscal years 2024 2025 2026 were compared.",
        "Model X{2} from 201{4}, serial SN {2}-{0}-{1}.", "Phase {4} of {4} took {0} days, cost {3}.", "Wants a second demo; no budget until spring.", "The entity count went from {4} to {0} after the merger.", "Scored {0}/{1} in the RFP, section {4}.{4}.{4} was weak.", "SKU 00{2}{0} is out of stock, {1} on order.",
    ];

    private readonly string[] _people;
    private readonly Random _random;

    public PlantedPersonalData(int seed)
    {
        _random = new Random(seed);
        _people = [.. Enumerable.Range(0, 200).Select(_ => $"{Pick(First)} {Pick(Last)}").Distinct()];
        var builder = new NameIndex.Builder();
        foreach (var person in _people)
            builder.AddPerson(person);
        foreach (var company in Companies)
            builder.AddCompany(company);
        Current = builder.Build();
    }

    public NameIndex Current { get; }

    public IEnumerable<PlantedText> Make(int each)
    {
        for (var i = 0; i < each; i++)
        {
            yield return Plant("email", Email());
            yield return Plant("phone", Phone());
            yield return Plant("card", Card());
            yield return Plant("account", Iban());
            yield return Plant("ip", Ip());
            yield return Plant("id", NationalId());
            yield return PlantName("person", Person());
            yield return PlantName("company", Pick(Companies));
            yield return new PlantedText("ordinary", string.Format(
                CultureInfo.InvariantCulture, Pick(Ordinary), _random.Next(10, 99), _random.Next(10, 99), _random.Next(1_000, 9_999), $"{_random.Next(10, 999)},000", _random.Next(1, 9)), "");
        }
    }

    private PlantedText Plant(string entity, string data) => new(entity, string.Format(CultureInfo.InvariantCulture, Pick(Around), data), data);

    private PlantedText PlantName(string entity, string data) => new(entity, string.Format(CultureInfo.InvariantCulture, Pick(AroundNames), data), data);

    private string Email()
    {
        var (first, last) = (Plain(Pick(First)), Plain(Pick(Last)));
        var host = $"{Pick(["korvachem", "mail.pohjafoods", "quillmere-foods", "vantrel", "a1"])}.{Pick(["example", "co.uk", "de", "com", "io", "museum"])}";
        return _random.Next(8) switch
        {
            0 => $"{first}.{last}@{host}",
            1 => $"{first[0]}{last}{_random.Next(100)}@{host}",
            2 => $"{first}_{last}+crm@{host}",
            3 => $"<{first}@{host}>",
            4 => $"mailto:{first}.{last}@{host}",
            5 => $"{first} (at) {host.Replace(".", " (dot) ", StringComparison.Ordinal)}",
            6 => $"{first}-{last}@{host.ToUpperInvariant()}",
            _ => $"https://track.vantrel.example/o?u={first}%40{host}&x=1",
        };
    }

    private string Phone() => _random.Next(11) switch
    {
        0 => $"+1 {Digit(2, 9)}{Digits(2)} {Digit(2, 9)}{Digits(2)} {Digits(4)}",
        1 => $"({Digit(2, 9)}{Digits(2)}) {Digit(2, 9)}{Digits(2)}-{Digits(4)}",
        2 => $"{Digit(2, 9)}{Digits(2)}-{Digit(2, 9)}{Digits(2)}-{Digits(4)}",
        3 => $"+44 (0)20 7{Digits(3)} {Digits(4)}",
        4 => $"+49 89 {Digits(3)}{Digit(1, 9)} {Digits(4)}",
        5 => $"0{Digit(1, 9)} {Digits(2)} {Digits(2)} {Digits(2)} {Digits(2)}",
        6 => $"+353 1 {Digit(2, 9)}{Digits(2)} {Digits(4)}",
        7 => $"tel. 0{Digit(1, 9)}{Digits(2)} {Digits(3)} {Digits(3)}",
        8 => $"+33{Digit(1, 9)}{Digits(8)}",
        9 => $"mobile 07{Digits(3)} {Digits(6)}",
        _ => $"0049 {Digit(1, 9)}{Digits(2)} {Digits(3)} {Digits(4)}",
    };

    private string Card()
    {
        var (head, length) = _random.Next(5) switch { 0 => ("4", 16), 1 => ($"5{Digit(1, 5)}", 16), 2 => ("37", 15), 3 => ("6011", 16), _ => ("4", 16) };
        var digits = head + Digits(length - head.Length - 1);
        digits += Enumerable.Range(0, 10).Select(i => (char)('0' + i)).First(c => IsLuhn(digits + c));
        return _random.Next(3) switch
        {
            0 => digits,
            1 when length == 16 => string.Join(' ', digits.Chunk(4).Select(part => new string(part))),
            2 when length == 16 => string.Join('-', digits.Chunk(4).Select(part => new string(part))),
            _ => length == 15 ? $"{digits[..4]} {digits[4..10]} {digits[10..]}" : digits,
        };
    }

    private string Iban()
    {
        var (country, rest) = _random.Next(6) switch
        {
            0 => ("DE", Digits(18)),
            1 => ("FR", Digits(10) + "A" + Digits(10) + Digits(2)),
            2 => ("GB", "NWBK" + Digits(14)),
            3 => ("NL", "ABNA" + Digits(10)),
            4 => ("PL", Digits(24)),
            _ => ("ES", Digits(20)),
        };
        var value = 0;
        foreach (var c in rest + country)
            value = char.IsDigit(c) ? ((value * 10) + c - '0') % 97 : ((value * 100) + c - 'A' + 10) % 97;
        value = value * 100 % 97;
        var iban = $"{country}{98 - value:00}{rest}";
        return _random.Next(2) == 0 ? iban : string.Join(' ', iban.Chunk(4).Select(part => new string(part)));
    }

    private string Ip() => _random.Next(3) switch
    {
        0 => $"10.{_random.Next(256)}.{_random.Next(256)}.{_random.Next(1, 255)}",
        1 => $"{_random.Next(11, 224)}.{_random.Next(256)}.{_random.Next(256)}.{_random.Next(1, 255)}",
        _ => $"2001:db8:{_random.Next(1, 65_535):x}::{_random.Next(1, 65_535):x}:{_random.Next(1, 65_535):x}",
    };

    private string NationalId()
    {
        switch (_random.Next(6))
        {
            case 0:
                return $"{_random.Next(1, 665):000}-{_random.Next(1, 99):00}-{_random.Next(1, 9_999):0000}";
            case 1:
                return $"{Pick(["AB", "CE", "JG", "LM"])}{Digits(6)}{Pick(["A", "B", "C", "D"])}";
            case 2:
                var dni = _random.Next(10_000_000, 99_999_999);
                return $"{dni}{"TRWAGMYFPDXBNJZSQVHLCKE"[dni % 23]}";
            case 3:
                return $"SSN {_random.Next(1, 665):000} {_random.Next(1, 99):00} {_random.Next(1, 9_999):0000}";
            case 4:
                while (true)
                {
                    var bsn = $"{Digit(1, 9)}{Digits(8)}";
                    var sum = Enumerable.Range(0, 8).Sum(i => (bsn[i] - '0') * (9 - i)) - (bsn[8] - '0');
                    if (sum % 11 == 0)
                        return $"BSN {bsn}";
                }
            default:
                var cpf = Digits(9);
                cpf += Check(cpf, 10);
                cpf += Check(cpf, 11);
                return $"CPF {cpf[..3]}.{cpf[3..6]}.{cpf[6..9]}-{cpf[9..]}";
        }

        static char Check(string digits, int top) => (char)('0' + (digits.Select((c, i) => (c - '0') * (top - i)).Sum() * 10 % 11 % 10));
    }

    private string Person()
    {
        var name = Pick(_people);
        var space = name.IndexOf(' ', StringComparison.Ordinal);
        return _random.Next(7) switch
        {
            0 or 1 => name,
            2 => name[..space],
            3 => name[(space + 1)..],
            4 => $"{name[(space + 1)..]}, {name[..space]}",
            5 => Plain(name, keepCase: true),
            _ => name.ToUpperInvariant(),
        };
    }

    private static bool IsLuhn(string digits) =>
        digits.Reverse().Select((c, i) => i % 2 == 0 ? c - '0' : (c - '0') * 2 > 9 ? ((c - '0') * 2) - 9 : (c - '0') * 2).Sum() % 10 == 0;

    private static string Plain(string name, bool keepCase = false)
    {
        var plain = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD))
            if (char.IsAsciiLetter(c) || (keepCase && c is ' ' or '-' or '\''))
                plain.Append(keepCase ? c : char.ToLowerInvariant(c));
            else if (c is 'ß' or 'Ł' or 'ł' or 'ø' or 'ı')
                plain.Append(c switch { 'ß' => "ss", 'Ł' => keepCase ? "L" : "l", 'ł' => "l", 'ø' => "o", _ => "i" });
        return plain.ToString();
    }

    private string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + _random.Next(10))));

    private int Digit(int from, int to) => _random.Next(from, to + 1);

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}

/// <summary>How much of what was planted is gone.</summary>
internal static class RedactionScore
{
    /// <summary>By entity: texts, those whose data are gone, and some that were missed. For ordinary texts gone means unchanged.</summary>
    public static IReadOnlyList<(string Entity, int Texts, int Right, IReadOnlyList<string> Missed)> Of(PlantedPersonalData plant, int each)
    {
        var redactor = new Redactor(plant);
        return [.. plant.Make(each).GroupBy(text => text.Entity, StringComparer.Ordinal).Select(group =>
        {
            var (texts, missed) = (0, new List<string>());
            foreach (var text in group)
            {
                texts++;
                var redacted = redactor.Apply(text.Text);
                if (text.Entity == "ordinary" ? redacted != text.Text : IsLeft(text, redacted))
                    missed.Add($"{text.Text} -> {redacted}");
            }
            return (group.Key, texts, texts - missed.Count, (IReadOnlyList<string>)missed);
        })];
    }

    // Half a number is still half a number: a run of four characters of it that stays is a miss. A name is missed where a whole part of it stays.
    private static bool IsLeft(PlantedText text, string redacted)
    {
        if (text.Entity is "person" or "company")
            return text.Data.Split([' ', ',', '\''], StringSplitOptions.RemoveEmptyEntries)
                .Any(part => part.Length > 3 && !IsForm(part) && redacted.Contains(part, StringComparison.OrdinalIgnoreCase));
        var outside = text.Text.Replace(text.Data, "", StringComparison.Ordinal);
        if (text.Entity == "email")
            return redacted.Contains('@', StringComparison.Ordinal) || redacted.Contains("%40", StringComparison.Ordinal) || redacted.Contains("(at)", StringComparison.Ordinal);
        return redacted.Where(char.IsAsciiDigit).Count() - Placeholders(redacted) > outside.Count(char.IsAsciiDigit) + 2;
    }

    private static int Placeholders(string text) => text.Split('[').Skip(1).Sum(part => part.Split(']')[0].Count(char.IsAsciiDigit));

    private static bool IsForm(string part) => part is "Group" or "Inc." or "GmbH";
}
