using System.Runtime.InteropServices;
using CrmSync.Service.Commands;

// Ctrl+C and a service manager's SIGTERM ask for a graceful end: the step under way finishes, what is left is given back.
// Never disposed: a second signal may arrive while the program is ending.
#pragma warning disable CA2000
var stop = new CancellationTokenSource();
#pragma warning restore CA2000
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await CommandLine.RunAsync(args, stop.Token);
