import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The logins that the rotators of a stack change, each with the path of its rotator. */
const LOGINS = new WeakMap<Stack, Map<string, string>>();

/** The path of the rotator that changes a login of a database already. */
export function rotatorOfLogin(scope: IConstruct, database: string, login: string): string | undefined {
  return LOGINS.get(Stack.of(scope))?.get(keyOf(database, login));
}

/** Remembers that a rotator changes a login of a database. */
export function claimLogin(scope: IConstruct, database: string, login: string): void {
  const stack = Stack.of(scope);
  const logins = LOGINS.get(stack) ?? new Map<string, string>();
  logins.set(keyOf(database, login), scope.node.path);
  LOGINS.set(stack, logins);
}

function keyOf(database: string, login: string): string {
  return JSON.stringify([database, login]);
}
