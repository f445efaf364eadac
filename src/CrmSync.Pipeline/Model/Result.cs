using System.Diagnostics.CodeAnalysis;

namespace CrmSync.Pipeline.Model;

/// <summary>Either a value or a <see cref="Failure"/>; remote trouble travels like this and is not thrown.</summary>
/// <typeparam name="T">The value.</typeparam>
public readonly record struct Result<T>
{
    internal Result(T? value, Failure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>The value; only meaningful when <see cref="Succeeded"/>.</summary>
    public T? Value { get; }

    /// <summary>The failure; null when it succeeded.</summary>
    public Failure? Failure { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    /// <summary>Wraps a value.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>Wraps a failure.</summary>
    public static implicit operator Result<T>(Failure failure) => new(default, failure);

    /// <summary>Transforms the value, keeps the failure.</summary>
    public Result<TOther> Map<TOther>(Func<T, TOther> map) =>
        Succeeded ? Result.Success(map(Value)) : Failure;
}

/// <summary>Makes results.</summary>
public static class Result
{
    /// <summary>Wraps a value whose static type is an interface, where the conversion operator is not allowed.</summary>
    public static Result<T> Success<T>(T value) => new(value, null);
}
