using System.Text.Json;
using CrmSync.Service.Api;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Api.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Api;

/// <summary>The description says all that the routes do.</summary>
public sealed class ApiDocumentTests
{
    [Fact]
    public async Task Document_EveryRoute_IsDescribedWithItsParametersAnswersAndCodes()
    {
        await using var host = await ApiHost.StartAsync(activities: 1);
        var (status, document) = await host.GetAsync("openapi.json", null);
        status.ShouldBe(200);
        document.GetProperty("openapi").GetString().ShouldNotBeNull().ShouldStartWith("3.");
        var paths = document.GetProperty("paths");
        var codes = new HashSet<string>();
        var described = 0;

        var routes = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith(ApiSetup.Root, StringComparison.Ordinal) && route.Metadata.GetMetadata<NeedsRole>() is not null).ToList();
        foreach (var route in routes)
        {
            var path = route.RoutePattern.RawText!.Replace("{**key}", "{key}", StringComparison.Ordinal);
            foreach (var method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
            {
                var operation = paths.GetProperty(path).GetProperty(method.ToLowerInvariant());
                described++;
                operation.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace(path);
                operation.GetProperty("operationId").GetString().ShouldNotBeNullOrWhiteSpace(path);
                operation.GetProperty("description").GetString().ShouldNotBeNull().ShouldContain("role", customMessage: path);
                CheckParameters(route, operation, path);
                CheckAnswers(route, operation, path, codes);
                operation.TryGetProperty("requestBody", out _).ShouldBe(method == "PATCH" || (method == "POST" && !path.EndsWith("/undo", StringComparison.Ordinal)), path);
            }
        }

        described.ShouldBeGreaterThan(20);
        described.ShouldBe(paths.EnumerateObject().Sum(path => path.Value.EnumerateObject().Count()));
        // The unknown address has no route, so its code stands in the introduction alone.
        codes.ShouldBe(ApiErrors.All.Select(error => error.Code).Except([ApiErrors.NoRoute.Code]), ignoreOrder: true);
        foreach (var error in ApiErrors.All)
            document.GetProperty("info").GetProperty("description").GetString().ShouldNotBeNull().ShouldContain(error.Code);
    }

    [Fact]
    public void Errors_AreThereOnceWithSentenceAndWayOut()
    {
        ApiErrors.All.Select(error => error.Code).ShouldBeUnique();
        ApiErrors.All.Count.ShouldBe(typeof(ApiErrors).GetFields().Count(field => field.FieldType == typeof(ApiError)));
        ApiErrors.All.ShouldAllBe(error => error.Title.EndsWith('.') && error.Fix.EndsWith('.') && error.Code.StartsWith("api.", StringComparison.Ordinal));
    }

    private static void CheckParameters(RouteEndpoint route, JsonElement operation, string path)
    {
        var described = operation.TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().ToDictionary(part => (part.GetProperty("in").GetString()!, part.GetProperty("name").GetString()!))
            : [];
        foreach (var part in route.RoutePattern.Parameters)
            described.ShouldContainKey(("path", part.Name), path);
        foreach (var part in route.Metadata.GetRequiredMetadata<KnownParameters>().All)
            described.ShouldContainKey(("query", part.Name), path);
        foreach (var part in route.Metadata.GetMetadata<KnownHeaders>()?.All ?? [])
            described.ShouldContainKey(("header", part.Name), path);
        described.Values.ShouldAllBe(part => part.GetProperty("description").GetString()!.Length > 0);
    }

    private static void CheckAnswers(RouteEndpoint route, JsonElement operation, string path, HashSet<string> codes)
    {
        var answers = operation.GetProperty("responses");
        answers.EnumerateObject().ShouldContain(answer => answer.Name.StartsWith('2') && answer.Value.GetProperty("content").EnumerateObject().Any(), path);
        foreach (var error in ApiDocument.ErrorsOf(route.Metadata))
        {
            var answer = answers.GetProperty(error.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
            answer.GetProperty("description").GetString().ShouldNotBeNull().ShouldContain(error.Code, customMessage: path);
            answer.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString().ShouldBe("#/components/schemas/Problem");
            codes.Add(error.Code);
        }
    }
}
