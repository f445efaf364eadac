using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Setup;
using CrmSync.Simulator.Salesforce.Soql;
using CrmSync.Simulator.Salesforce.Trouble;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>One org with everything that works on its records.</summary>
internal sealed class OrgParts
{
    public OrgParts(SalesforceSimulatorOptions options, TimeProvider clock, FaultBoard dials, int number)
    {
        Org = new SalesforceOrg(options, clock, number);
        Reading = new ReadTrouble(Org, dials);
        Soql = new SoqlEngine(Org, options, Reading);
        Setup = new OrgSetup(Org);
        Writer = new RecordWriter(Org, Setup, new WriteTrouble(Org, dials, options), options);
        Fields = new CustomFieldStore(Org, Setup, options);
    }

    public SalesforceOrg Org { get; }

    public ReadTrouble Reading { get; }

    public SoqlEngine Soql { get; }

    public OrgSetup Setup { get; }

    public RecordWriter Writer { get; }

    public CustomFieldStore Fields { get; }

    /// <summary>Stamps the newest records of an object with one and the same second, as a bulk edit does.</summary>
    /// <returns>How many were stamped.</returns>
    /// <exception cref="ArgumentException">There is no such object.</exception>
    public int StampTogether(string objectType, int count)
    {
        lock (Org.Gate)
        {
            SalesforceTable table = Org.FindTable(objectType)
                ?? throw new ArgumentException($"The simulated Salesforce has no object {objectType}.", nameof(objectType));
            List<SalesforceRow> rows = [.. table.Between(DateTime.MinValue, DateTime.MaxValue, descending: true).Take(count)];
            DateTime now = Org.Now;
            foreach (SalesforceRow row in rows)
                Org.Update(row, [], RecordFates.ByPerson(Org, row) with { At = now });
            return rows.Count;
        }
    }
}
