using System.Net;
using System.Net.Sockets;

namespace CrmSync.IntegrationTests.Testing;

/// <summary>
/// Ports of this machine that nobody listens on: below those that systems give to whoever asks for any (32768 and up on Linux, 49152 elsewhere), so that no connection of another test
/// takes one in between, and each but once in this process. Thread-safe.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;
    // Two test processes at a time begin far apart, mostly.
    private static int _next = Environment.ProcessId * 97 % (Last - First);

    public static int Take()
    {
        for (var tried = 0; tried < Last - First; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % (Last - First));
            if (IsFree(port))
                return port;
        }
        throw new InvalidOperationException($"No port from {First} to {Last} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
