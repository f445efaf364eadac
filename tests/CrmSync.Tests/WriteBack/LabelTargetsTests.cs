using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class LabelTargetsTests
{
    private static readonly Dictionary<string, LabelPlace> Fallback = new()
    {
        ["notes"] = new LabelPlace(LabelPlaceKind.Linked, ["deals", "companies", "contacts"], ""),
        ["emails"] = new LabelPlace(LabelPlaceKind.Nowhere, [], ""),
        ["EmailMessage"] = LabelPlace.OnActivity,
    };

    private static readonly Association Contact = new("contact", "contacts", "7");
    private static readonly Association Company = new("company", "companies", "5");

    [Fact]
    public void Resolve_TypeWithoutAPlace_IsTheActivityItself() =>
        LabelTargets.Resolve("calls", "1", [Contact], Fallback).ShouldBe([new LabelTarget("calls", "1", false)]);

    [Fact]
    public void Resolve_LinkedPlace_TakesTheBestTypeThatTheActivityHangsOn() =>
        LabelTargets.Resolve("notes", "1", [Contact, Company], Fallback).ShouldBe([new LabelTarget("companies", "5", true)]);

    [Fact]
    public void Resolve_SeveralLinksOfTheBestType_TakesTheLowestIdHoweverTheyAreOrdered()
    {
        Association[] deals = [new("deal", "deals", "100"), new("deal", "deals", "99"), new("deal", "deals", "200")];
        LabelTargets.Resolve("notes", "1", deals, Fallback).ShouldBe([new LabelTarget("deals", "99", true)]);
        LabelTargets.Resolve("notes", "1", [.. deals.Reverse()], Fallback).ShouldBe([new LabelTarget("deals", "99", true)]);
    }

    [Fact]
    public void Resolve_NothingThatCanHoldIt_IsNowhere()
    {
        LabelTargets.Resolve("notes", "1", [], Fallback).ShouldBeEmpty();
        LabelTargets.Resolve("emails", "1", [Contact], Fallback).ShouldBeEmpty();
    }

    [Fact]
    public void Resolve_Twin_GetsTheLabelOnlyWhereItCanHoldOne()
    {
        Association[] links = [new(Association.Twin, "EmailMessage", "02s"), Contact];
        LabelTargets.Resolve("Task", "00T", links, Fallback)
            .ShouldBe([new LabelTarget("Task", "00T", false), new LabelTarget("EmailMessage", "02s", false)]);
        LabelTargets.Resolve("Task", "00T", links, new Dictionary<string, LabelPlace>()).ShouldBe([new LabelTarget("Task", "00T", false)]);
    }
}
