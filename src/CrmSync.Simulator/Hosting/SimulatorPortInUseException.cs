namespace CrmSync.Simulator.Hosting;

/// <summary>A simulator was told to listen on a port that another program holds. The message names the way out.</summary>
public sealed class SimulatorPortInUseException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="simulator">Name of the simulator as a reader knows it, such as "HubSpot".</param>
    /// <param name="port">The port that was asked for, 1 to 65,535.</param>
    /// <param name="inner">What the socket said.</param>
    public SimulatorPortInUseException(string simulator, int port, Exception? inner = null)
        : base($"The simulated {simulator} cannot listen on port {port} of 127.0.0.1 because another program uses it; " +
               "stop that program or choose another port (0 takes any free one).", inner)
    {
        Simulator = simulator;
        Port = port;
    }

    /// <summary>Name of the simulator.</summary>
    public string Simulator { get; }

    /// <summary>The port that was asked for.</summary>
    public int Port { get; }
}
