using System.Net.Sockets;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Settings;
using CrmSync.Simulator.Hosting;
using CrmSync.Storage;
using Microsoft.AspNetCore.Connections;

namespace CrmSync.Service.Commands;

/// <summary>The exceptions that a person can do something about, as a sentence and an exit code.</summary>
internal static class CommandFaults
{
    /// <summary>Null for everything else: that is a fault of ours and keeps its stack.</summary>
    public static (string Sentence, int ExitCode)? Explain(Exception fault) => fault switch
    {
        SettingsException or TaxonomyException or UsageException or ActivityFileException => (fault.Message, CommandLine.WrongUse),
        LedgerException or JobEngineException => (fault.Message, CommandLine.Failed),
        SimulatorPortInUseException => (fault.Message, CommandLine.Failed),
        IOException { InnerException: AddressInUseException } => (
            $"{fault.Message.TrimEnd('.')}. Stop the program that uses the port, or choose another with --console-port or CrmSync:Console:Port.",
            CommandLine.Failed),
        SocketException socket => ($"The network answered: {socket.Message}. Check the address and port.", CommandLine.Failed),
        FileNotFoundException missing => ($"The file {missing.FileName} does not exist; check the path.", CommandLine.WrongUse),
        UnauthorizedAccessException => ($"{fault.Message} Give the service's user access to it.", CommandLine.Failed),
        IOException => (fault.Message, CommandLine.Failed),
        _ => null,
    };
}

/// <summary>The command was used wrongly; exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
