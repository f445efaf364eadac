using CrmSync.Storage.Reading;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Console;

public sealed class ReadingTextTests
{
    [Fact]
    public void FilterText_TypedByAPerson_ReadsTimesWithTheirOffsetAndSpacesOfForms()
    {
        var filter = WriteLogFilter.ParseText("?from=2026-11-21T09:30+02:00&label=engagement&record=a+b", out var faults);
        faults.ShouldBeEmpty();
        filter.From.ShouldBe(new DateTimeOffset(2026, 11, 21, 7, 30, 0, TimeSpan.Zero));
        (filter.Taxonomy, filter.Record).ShouldBe(("engagement", "a b"));
        WriteLogFilter.ParseText(filter.ToQueryString(), out _).ShouldBe(filter);
        WriteLogFilter.ParseText("  ", out faults).ShouldBe(WriteLogFilter.All);
        faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("label=", "\"label=\" has no name or no value")]
    [InlineData("run=1&label", "\"label\" has no name or no value")]
    [InlineData("=x", "has no name or no value")]
    [InlineData("nonsense=1", "There is no filter \"nonsense\"")]
    public void FilterText_PartThatSaysNothing_IsAFaultAndNeverEverything(string text, string fault)
    {
        WriteLogFilter.ParseText(text, out var faults);
        faults.ShouldHaveSingleItem().ShouldContain(fault);
    }

    [Fact]
    public void PageCursor_AnyPlace_RoundTrips() => Prop.ForAll<long, NonNegativeInt>((at, id) =>
        PageCursor.TryParse(new PageCursor(at, id.Get).ToString(), out var back) && back == new PageCursor(at, id.Get)).QuickCheckThrowOnFailure();

    [Fact]
    public void PageCursor_AnyText_NeverThrowsAndReadsOnlyPlaces() => Prop.ForAll<string>(text => !PageCursor.TryParse(text, out var cursor) || PageCursor.TryParse(cursor.ToString(), out _)).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteLogFilter_AnyTexts_RoundTripThroughTheQueryString() =>
        Prop.ForAll<NonEmptyString, NonEmptyString, DateTimeOffset>((code, record, from) =>
        {
            if (code.Get.Trim() is not { Length: > 0 and < 200 } cleanCode || record.Get.Trim() is not { Length: > 0 and < 200 } cleanRecord || HasLoneSurrogate(cleanCode + cleanRecord))
                return true;
            var filter = new WriteLogFilter { Code = cleanCode, Record = cleanRecord, Taxonomy = "stage", Label = "demo", Outcome = "kept", From = from.ToUniversalTime(), Run = 5, Connection = "a b&c" };
            var back = WriteLogFilter.Parse(Pairs(filter.ToQueryString()), out var faults);
            return faults.Count == 0 && back == filter;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("outcome", "lost", "is no outcome")]
    [InlineData("from", "yesterday", "is no time for \"from\"")]
    [InlineData("run", "-3", "is no run")]
    [InlineData("colour", "red", "There is no filter \"colour\"")]
    public void WriteLogFilter_PartThatCannotBeRead_IsNamedAndLeftOut(string name, string value, string sentence)
    {
        var filter = WriteLogFilter.Parse([KeyValuePair.Create(name, (string?)value)], out var faults);

        filter.ShouldBe(WriteLogFilter.All);
        faults.ShouldHaveSingleItem().ShouldContain(sentence);
    }

    [Fact]
    public void WriteLogFilter_TimeWithoutOffset_IsUtc() =>
        WriteLogFilter.Parse([KeyValuePair.Create("from", (string?)"2026-11-21T09:30")], out _).From.ShouldBe(new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.Zero));

    [Fact]
    public void WriteLogFilter_BlankParts_AreNoFilter() =>
        WriteLogFilter.Parse([KeyValuePair.Create("outcome", (string?)" "), KeyValuePair.Create("code", (string?)null)], out var faults).IsEmpty.ShouldBe(faults.Count == 0);

    [Fact]
    public void ActivityFilter_EveryPart_RoundTrips()
    {
        var filter = new ActivityFilter { Type = "call", Taxonomy = "stage", Label = "closed-won", Answer = "unsure", Connection = "x", State = "dead" };

        ActivityFilter.Parse(Pairs(filter.ToQueryString()), out var faults).ShouldBe(filter);
        faults.ShouldBeEmpty();
    }

    private static IEnumerable<KeyValuePair<string, string?>> Pairs(string query) =>
        query.Split('&').Select(part => part.Split('=')).Select(part => KeyValuePair.Create(part[0], (string?)Uri.UnescapeDataString(part[1])));

    private static bool HasLoneSurrogate(string text) => text.Any(char.IsSurrogate);
}
