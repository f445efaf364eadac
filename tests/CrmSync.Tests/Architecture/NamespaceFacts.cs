using System.Reflection;
using System.Reflection.Emit;

namespace CrmSync.Tests.Architecture;

/// <summary>Which types of its own assembly the code of a namespace touches, in signatures and in method bodies.</summary>
internal static class NamespaceFacts
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Namespaces of this assembly that the types below a namespace refer to.</summary>
    public static IReadOnlySet<string> NamespacesUsedBy(Assembly assembly, string root) =>
        assembly.GetTypes().Where(type => IsBelow(type, root)).SelectMany(TypesUsedBy).Where(type => type.Assembly == assembly)
            .Select(type => type.Namespace ?? "").ToHashSet();

    /// <summary>Names of the types of an assembly whose code touches a type; what the compiler nests in a type counts as the type.</summary>
    public static IReadOnlySet<string> TypesUsing(Assembly assembly, Type used) =>
        assembly.GetTypes().Where(type => TypesUsedBy(type).Contains(used)).Select(type => Outermost(type).Name).ToHashSet();

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static bool IsBelow(Type type, string root) => type.Namespace == root || type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) == true;

    private static IEnumerable<Type> TypesUsedBy(Type type) =>
        type.GetFields(All).Select(field => field.FieldType)
            .Concat(type.GetInterfaces())
            .Concat(type.BaseType is { } parent ? [parent] : [])
            .Concat(type.GetMembers(All).OfType<MethodBase>().SelectMany(method => TypesUsedBy(method)))
            .SelectMany(Unfold);

    private static IEnumerable<Type> TypesUsedBy(MethodBase method)
    {
        var signature = method.GetParameters().Select(parameter => parameter.ParameterType)
            .Concat(method is MethodInfo { ReturnType: var answer } ? [answer] : []);
        var body = method.GetMethodBody();
        return body is null ? signature : signature.Concat(body.LocalVariables.Select(local => local.LocalType)).Concat(TypesInBody(method, body.GetILAsByteArray()!));
    }

    private static List<Type> TypesInBody(MethodBase method, byte[] code)
    {
        var found = new List<Type>();
        for (var at = 0; at < code.Length;)
        {
            var value = (short)(code[at] == 0xFE ? 0xFE00 | code[at + 1] : code[at]);
            at += code[at] == 0xFE ? 2 : 1;
            var operand = Codes[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                found.AddRange(Resolve(method, BitConverter.ToInt32(code, at)));
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
        return found;
    }

    private static IEnumerable<Type> Resolve(MethodBase method, int token)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } owner ? owner.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return method.Module.ResolveMember(token, typeArguments, methodArguments) switch
        {
            Type type => [type],
            MemberInfo { DeclaringType: { } type } => [type],
            _ => [],
        };
    }

    private static IEnumerable<Type> Unfold(Type type)
    {
        yield return type.HasElementType ? type.GetElementType()! : type;
        if (!type.IsGenericType)
            yield break;
        foreach (var argument in type.GetGenericArguments().SelectMany(Unfold))
            yield return argument;
    }
}
