namespace CrmSync.Storage.Segments;

/// <summary>The way from activities to the companies that they hang on, themselves or through their deals and people. Stands once, so that whoever asks gets the same companies.</summary>
internal static class ActivityCompanies
{
    /// <summary>A query with the columns activity_id and company_id, each pair once, for statements of a row shape.</summary>
    /// <param name="rows">What to begin with: holds <c>$rows r</c>, whose id is the activity's.</param>
    /// <param name="connection">The activities' connection, in SQL.</param>
    public static string Of(string rows, string connection) =>
        $"""
        select r.id as activity_id, c.id as company_id from {rows}
        $join activity_link l on l.activity_id = r.id and l.role = 'company'
        $join crm_company c on c.connection_id = {connection} and c.object_type = l.object_type and c.external_id = l.external_id
        union
        select r.id, c.id from {rows}
        $join activity_link l on l.activity_id = r.id and l.role = 'deal'
        $join crm_deal d on d.connection_id = {connection} and d.object_type = l.object_type and d.external_id = l.external_id
        $join crm_deal_link k on k.deal_id = d.id and k.role = 'company'
        $join crm_company c on c.connection_id = {connection} and c.object_type = k.object_type and c.external_id = k.external_id
        union
        select r.id, c.id from {rows}
        $join activity_link l on l.activity_id = r.id and l.role = 'contact'
        $join crm_person p on p.connection_id = {connection} and p.object_type = l.object_type and p.external_id = l.external_id
        $join crm_company c on c.connection_id = {connection} and c.external_id = p.company_external_id
        """;
}
