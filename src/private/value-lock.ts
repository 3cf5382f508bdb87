import { createHash } from 'crypto';
import { Stack } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { LOCKED_VALUES_CONTEXT, LockedStacks, LockedValue, LockedValues, VALUES_METADATA } from '../lock-contract';

/** The secrets of a stack that can be locked. */
const SECRETS = new WeakMap<Stack, CfnSecret[]>();

/**
 * Lets a secret be locked, and has the synthesis fail when a locked one would get another value. The synthesis has no
 * memory of its own: it is in the context of the app, where `guarded-secrets lock` puts it (docs/adr/0012).
 */
export function watchValue(secret: CfnSecret): void {
  const stack = Stack.of(secret);
  const known = SECRETS.get(stack);
  if (known) {
    known.push(secret);
    return;
  }
  const secrets = [secret];
  SECRETS.set(stack, secrets);
  stack.node.addValidation({ validate: () => check(stack, secrets) });
}

/** At synthesis, so that Aspects and overrides are seen too. */
function check(stack: Stack, secrets: CfnSecret[]): string[] {
  const values: LockedValues = Object.fromEntries(secrets.map((secret) => [stack.resolve(secret.logicalId), valueOf(stack, secret)]));
  stack.node.addMetadata(VALUES_METADATA, values);
  const stacks: LockedStacks = stack.node.tryGetContext(LOCKED_VALUES_CONTEXT) ?? {};
  return Object.entries(stacks[stack.node.path] ?? {})
    .flatMap(([id, locked]) => problemsOf(locked, values[id])
      .map((problem) => `${problem}; or remove ${JSON.stringify(id)} below ${JSON.stringify(stack.node.path)} from ${JSON.stringify(LOCKED_VALUES_CONTEXT)} in cdk.context.json, if that is what you want`));
}

function valueOf(stack: Stack, { node, name, generateSecretString }: CfnSecret): LockedValue {
  const generator = Object.entries<unknown>(stack.resolve(generateSecretString) ?? {}).filter(([, value]) => value !== undefined).sort();
  return {
    path: node.scope!.node.path,
    name: JSON.stringify(stack.resolve(name)) as string | undefined,
    generator: createHash('sha256').update(JSON.stringify(generator)).digest('hex').slice(0, 16),
  };
}

function problemsOf(locked: LockedValue, value: LockedValue | undefined): string[] {
  const secret = `the locked secret ${JSON.stringify(locked.path)}`;
  if (!value) {
    return [`${secret} is not defined any more, and CloudFormation takes one under another path or id for another secret with another value; take the change of path or id back, or give the resource its id by \`overrideLogicalId\``];
  }
  const problems: string[] = [];
  if (value.name !== locked.name) {
    problems.push(`${secret} gets another name, got ${value.name ?? 'none'} instead of ${locked.name ?? 'none'}, so CloudFormation would define another secret with another value; take the change of \`secretName\` back`);
  }
  if (value.generator !== locked.generator) {
    problems.push(`${secret} gets another initial value, so CloudFormation would put a newly generated one in place of the live one; take the change of \`content\` back, or that of \`username\`, \`databaseName\` or the address of the \`database\` of a login`);
  }
  return problems;
}
