using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace CrmSync.Service.Api.OpenApi;

/// <summary>Completes the description of the API with what routes say about themselves: query parts, headers, and the codes with which they refuse.</summary>
internal static class ApiDocument
{
    private const string Scheme = "key";
    private const string ProblemSchema = "Problem";

    // What every route that needs a key may answer.
    private static readonly IReadOnlyList<ApiError> Common =
    [
        ApiErrors.NoKey, ApiErrors.UnknownKey, ApiErrors.ExpiredKey, ApiErrors.RevokedKey, ApiErrors.WrongRole, ApiErrors.TooMany, ApiErrors.Unexpected, ApiErrors.NoLedger,
    ];

    private static readonly Dictionary<string, string> PathParts = new(StringComparer.Ordinal)
    {
        ["id"] = "Id of the row, a decimal number.", ["run"] = "Id of the act's run, a decimal number.", ["key"] = "Permanent key.",
    };

    /// <summary>The errors that a route may answer with, those of every route included.</summary>
    public static IReadOnlyList<ApiError> ErrorsOf(IEnumerable<object> metadata) =>
        [.. Common, .. metadata.OfType<KnownErrors>().SelectMany(errors => errors.All)];

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = description => $"/{description.RelativePath}".StartsWith(ApiSetup.Root, StringComparison.Ordinal);
        options.AddOperationTransformer(DescribeAsync);
        options.AddDocumentTransformer(DescribeAsync);
    }

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "CrmSync",
            Version = "v1",
            Description = "Ids are decimal strings, instants RFC 3339 in UTC. Lists come in pages: pass \"next\" as cursor until it is null. Refusals are application/problem+json with a permanent code. "
                + $"Codes: {string.Join(' ', ApiErrors.All.Select(error => $"{error.Code} ({error.Status.ToString(CultureInfo.InvariantCulture)}): {error.Title}"))}",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of the form crmsync_…; 'crmsync keys create' makes one. Roles: viewer, reviewer, operator, admin; each may do what the ones before it may.",
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[ProblemSchema] = Problem();
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    }

    private static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        foreach (var part in operation.Parameters.OfType<OpenApiParameter>().Where(part => part.In == ParameterLocation.Path))
            part.Description = PathParts.GetValueOrDefault(part.Name ?? "");
        foreach (var part in metadata.OfType<KnownParameters>().SelectMany(known => known.All))
            operation.Parameters.Add(Parameter(part, ParameterLocation.Query));
        foreach (var header in metadata.OfType<KnownHeaders>().SelectMany(known => known.All))
            operation.Parameters.Add(Parameter(header, ParameterLocation.Header));
        operation.Responses ??= [];
        foreach (var status in ErrorsOf(metadata).GroupBy(error => error.Status))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join(' ', status.Select(error => $"{error.Code}: {error.Title}")),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Problems.ContentType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema, context.Document) },
                },
            };
        }
        return Task.CompletedTask;
    }

    private static OpenApiParameter Parameter(ApiParameter part, ParameterLocation place) =>
        new() { Name = part.Name, In = place, Description = part.Description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "What a refused request gets (RFC 9457).",
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Name of the code as a URN."),
            ["title"] = Text("What happened."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "HTTP status." },
            ["code"] = Text("Permanent code."),
            ["detail"] = Text("What exactly, with the way out."),
            ["traceId"] = Text("What the service's log calls this request; only of api.unexpected."),
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
