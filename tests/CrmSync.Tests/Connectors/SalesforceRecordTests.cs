using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class SalesforceRecordTests : IDisposable
{
    private const string Deal1 = "006000000000001AAA";
    private const string Deal2 = "006000000000002AAA";
    private static readonly ScanWindow Deals = SalesforceScript.Tasks with { ObjectType = "Opportunity" };
    private readonly SalesforceScript _org = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _org.Dispose();

    [Fact]
    public async Task ReadPageAsync_Opportunities_ComeWithHistoryRolesAndReason()
    {
        _org.Describe("Opportunity", "SystemModstamp", "Name", "StageName", "Amount", "CloseDate", "IsClosed", "IsWon", "OwnerId", "AccountId", "CreatedDate", "Lost_Reason__c")
            .Describe("OpportunityHistory", "OpportunityId", "StageName", "CreatedDate", "CreatedById")
            .Describe("OpportunityContactRole", "OpportunityId", "ContactId", "Role")
            .Rows($$"""
                {"Id":"{{Deal1}}","Name":"Fernhill","StageName":"Closed Lost","Amount":1250.5,"CloseDate":"2026-11-30","IsClosed":true,"IsWon":false,"AccountId":"001000000000001AAA",
                 "CreatedDate":"2026-10-01T00:00:00.000+0000","SystemModstamp":"2026-11-09T00:00:00.000+0000","Lost_Reason__c":"Price"},
                {"Id":"{{Deal2}}","Name":"Orbit","StageName":"Discovery","CreatedDate":"2026-10-02T00:00:00.000+0000","SystemModstamp":"2026-11-09T00:00:00.000+0000"}
                """, "FROM Opportunity ")
            .Rows($$"""
                {"OpportunityId":"{{Deal1}}","StageName":"Discovery","CreatedDate":"2026-10-01T00:00:00.000+0000","CreatedById":"{{SalesforceScript.User}}"},
                {"OpportunityId":"{{Deal1}}","StageName":"Discovery","CreatedDate":"2026-10-03T00:00:00.000+0000"},
                {"OpportunityId":"{{Deal1}}","StageName":"Closed Lost","CreatedDate":"2026-11-08T00:00:00.000+0000"}
                """, "FROM OpportunityHistory", "ORDER BY OpportunityId ASC, CreatedDate ASC, Id ASC")
            .Rows($$"""{"OpportunityId":"{{Deal1}}","ContactId":"003000000000001AAA","Role":"Decision Maker"}""", "FROM OpportunityContactRole");

        var deals = (await _org.Connector.Records.ReadPageAsync(Deals, null, Token)).Value!.Records.Deals;

        var lost = deals[0];
        (lost.Name, lost.StageId, lost.Amount, lost.CloseDate, lost.IsClosed, lost.IsWon, lost.CloseReason).ShouldBe(
            ("Fernhill", "Closed Lost", 1250.5m, new DateOnly(2026, 11, 30), true, false, "Price"));
        lost.StageHistory.ShouldBe([
            new StageChange("Discovery", new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero), SalesforceScript.User),
            new StageChange("Closed Lost", new(2026, 11, 8, 0, 0, 0, TimeSpan.Zero))]);
        lost.Links.ShouldBe([new Association("company", "Account", "001000000000001AAA"), new Association("contact", "Contact", "003000000000001AAA", "Decision Maker")]);
        // Nothing tracked ever changed: it tells of itself.
        deals[1].StageHistory.ShouldBe([new StageChange("Discovery", new(2026, 10, 2, 0, 0, 0, TimeSpan.Zero))]);
    }

    [Fact]
    public async Task ReadPageAsync_HistoryNotVisible_LeavesItOut()
    {
        _org.Describe("Opportunity", "SystemModstamp", "StageName").Rows($$"""{"Id":"{{Deal1}}","StageName":"Demo","SystemModstamp":"2026-11-09T00:00:00.000+0000"}""", "FROM Opportunity ");

        var deal = (await _org.Connector.Records.ReadPageAsync(Deals, null, Token)).Value!.Records.Deals.ShouldHaveSingleItem();

        deal.StageHistory.ShouldHaveSingleItem().StageId.ShouldBe("Demo");
        SalesforceScript.Soql(_org.Sent("FROM Opportunity ")[0]).ShouldStartWith("SELECT Id, SystemModstamp, StageName FROM");
    }

    [Fact]
    public async Task ReadPageAsync_ObjectNotThere_IsAnEmptyPage()
    {
        var page = (await _org.Connector.Records.ReadPageAsync(Deals with { ObjectType = "Lead" }, null, Token)).Value!;

        (page.Records.Count, page.Position).ShouldBe((0, null));
    }

    [Fact]
    public async Task ReadPageAsync_AccountsAndPeople_AreMapped()
    {
        _org.Describe("Account", "SystemModstamp", "Name", "Website", "Industry", "NumberOfEmployees", "AnnualRevenue", "BillingCountry", "BillingState")
            .Describe("Contact", "SystemModstamp", "Name", "Title", "Email", "AccountId")
            .Rows("""{"Id":"001000000000001AAA","Name":"Fernhill","Website":"HTTPS://www.Fernhill.example/shop","Industry":"Textiles","NumberOfEmployees":120,"AnnualRevenue":1.5E6,"BillingCountry":"UK"}""", "FROM Account")
            .Rows("""{"Id":"003000000000001AAA","Name":"Cora Winde","Title":"Buyer","Email":"Cora@Fernhill.example","AccountId":"001000000000001"}""", "FROM Contact");

        var company = (await _org.Connector.Records.ReadPageAsync(Deals with { ObjectType = "Account" }, null, Token)).Value!.Records.Companies.ShouldHaveSingleItem();
        var person = (await _org.Connector.Records.ReadPageAsync(Deals with { ObjectType = "Contact" }, null, Token)).Value!.Records.People.ShouldHaveSingleItem();

        (company.Domain, company.Industry, company.Employees, company.Revenue, company.Region).ShouldBe(("fernhill.example", "Textiles", 120, 1_500_000m, "UK"));
        (person.ObjectType, person.Email, person.CompanyId).ShouldBe(("Contact", "cora@fernhill.example", "001000000000001AAA"));
    }

    [Theory]
    [InlineData("www.orbit.example", "orbit.example")]
    [InlineData("http://Shop.Orbit.example:8080/x?y", "shop.orbit.example")]
    [InlineData("none", null)]
    [InlineData("not a site", null)]
    [InlineData("mailto:a@b.example", null)]
    [InlineData(null, null)]
    public void Domain_WhatPeopleType_IsAHostOrNothing(string? website, string? expected) => SalesforceRecordMapper.Domain(website).ShouldBe(expected);

    [Fact]
    public async Task ReadDirectoryAsync_UsersAndStages_AreWhole()
    {
        _org.Describe("User", "Name", "Email", "IsActive", "UserRoleId", "Country")
            .Describe("OpportunityStage", "MasterLabel", "ApiName", "SortOrder", "IsClosed", "IsWon", "DefaultProbability")
            .Rows("""{"Id":"005000000000001AAA","Name":"Ada Quill","Email":"Ada@seller.example","IsActive":false,"UserRole":{"Name":"EMEA North"},"Country":"UK"}""", "FROM User")
            .Rows("""{"MasterLabel":"Won","ApiName":"Closed Won","SortOrder":9,"IsClosed":true,"IsWon":true,"DefaultProbability":100}""", "FROM OpportunityStage");

        var directory = (await _org.Connector.Records.ReadDirectoryAsync(Token)).Value!;

        directory.Owners.ShouldBe([new CrmOwner("005000000000001AAA", null, "Ada Quill", "ada@seller.example", Active: false) { Team = "EMEA North", Region = "UK" }]);
        directory.Stages.ShouldBe([new CrmStage("", "", "Closed Won", "Won", 0, IsClosed: true, IsWon: true, 1)]);
    }

    [Fact]
    public async Task ReadDirectoryAsync_RolesAreClosed_ReadsUsersWithoutThem()
    {
        _org.Describe("User", "Name", "UserRoleId").On(400, """[{"errorCode":"INVALID_FIELD","message":"x"}]""", "UserRole.Name")
            .Rows("""{"Id":"005000000000001AAA","Name":"Ada Quill"}""", "FROM User");

        (await _org.Connector.Records.ReadDirectoryAsync(Token)).Value!.Owners.ShouldHaveSingleItem().Team.ShouldBeNull();
    }
}
