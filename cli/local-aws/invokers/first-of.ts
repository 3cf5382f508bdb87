import { RotationInvoker } from './invoker';

/** Asks each invoker in turn whether it knows a function. */
export function firstOf(invokers: readonly RotationInvoker[]): RotationInvoker {
  const find = async (functionArn: string): Promise<RotationInvoker | undefined> => {
    for (const invoker of invokers) {
      if (await invoker.canInvoke?.(functionArn) ?? true) return invoker;
    }
    return undefined;
  };
  return {
    canInvoke: async (functionArn) => await find(functionArn) !== undefined,
    invoke: async (functionArn, event) => {
      const invoker = await find(functionArn);
      if (invoker === undefined) throw new Error(`no invoker knows ${functionArn}`);
      return invoker.invoke(functionArn, event);
    },
  };
}
