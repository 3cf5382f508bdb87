/**
 * Edits that necessarily give a secret another value, each of which the synthesis refuses when the value is locked.
 */
import { App, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { messageOf, newStack, postgresInstance, rotatedLogin, template } from './vocabulary';
import { DatabaseEngine, DatabaseTarget, GuardedDatabaseSecret, GuardedSecret, GuardedSecretProps, SecretContent } from '../../src';
import { LOCKED_VALUES_CONTEXT, LockedStacks, VALUES_METADATA } from '../../src/lock-contract';

type Define = (stack: Stack) => unknown;

/** What `guarded-secrets lock` finds in the assembly of a stack. */
function lockOf(define: Define): LockedStacks {
  const stack = newStack();
  define(stack);
  template(stack);
  return { Test: stack.node.metadata.find(({ type }) => type === VALUES_METADATA)?.data };
}

function lockedStack(lock: LockedStacks, define: Define): Stack {
  const stack = newStack({}, 'Test', new App({ context: { [LOCKED_VALUES_CONTEXT]: lock } }));
  define(stack);
  return stack;
}

function problemAfter(before: Define, after: Define): string {
  const stack = lockedStack(lockOf(before), after);
  return messageOf(() => template(stack));
}

const fields = { username: 'app', region: 'north' };
const secret = (props: GuardedSecretProps = {}): Define => (stack) => new GuardedSecret(stack, 'Secret', props);
const field = (options: Partial<Parameters<typeof SecretContent.generatedField>[0]>) =>
  secret({ content: SecretContent.generatedField({ fields, ...options }) });
const login = (props: { username?: string; databaseName?: string }): Define => (stack) => rotatedLogin(stack, postgresInstance(stack), props);
const external = (address: { host?: string; port?: number; engine?: DatabaseEngine }): Define => (stack) => new GuardedDatabaseSecret(stack, 'Secret', {
  database: DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', ...address }), username: 'app',
});

describe('refuses another initial value:', () => {
  test.each<[string, Define, Define]>([
    ['length', secret(), secret({ content: SecretContent.generatedString({ length: 41 }) })],
    ['punctuation', secret(), secret({ content: SecretContent.generatedString({ includePunctuation: true }) })],
    ['excluded characters', secret(), secret({ content: SecretContent.generatedString({ excludeCharacters: 'l1' }) })],
    ['a field more', field({}), field({ fields: { ...fields, more: 'x' } })],
    ['a field less', field({}), field({ fields: { username: 'app' } })],
    ['another field', field({}), field({ fields: { ...fields, region: 'south' } })],
    ['the name of the generated field', field({}), field({ generatedField: 'token' })],
    ['a value that was to be set by hand', secret({ content: SecretContent.setByHand() }), secret()],
    ['no generated value any more', secret(), secret({ content: SecretContent.setByHand() })],
    ['the user name of a login', login({ username: 'app' }), login({ username: 'orders' })],
    ['the database of a login', login({}), login({ databaseName: 'orders' })],
    ['the host of a database that is not attached', external({}), external({ host: 'other.example.com' })],
    ['the port of a database that is not attached', external({}), external({ port: 6432 })],
    ['the engine of a database that is not attached', external({}), external({ engine: DatabaseEngine.MYSQL })],
  ])('%s', (_, before, after) => {
    expect(problemAfter(before, after)).toContain('gets another initial value, so CloudFormation would put a newly generated one in place of the live one; '
      + 'take the change of `content` back, or that of `username`, `databaseName` or the address of the `database` of a login; or remove "');
  });

  test('made by an override, which only the synthesis sees', () => {
    const before = secret();
    expect(problemAfter(before, (stack) => {
      before(stack);
      const resource = stack.node.findChild('Secret').node.findChild('Resource').node.defaultChild as secretsmanager.CfnSecret;
      resource.generateSecretString = { passwordLength: 12 };
    })).toContain('gets another initial value');
  });
});

test('refuses another name', () => {
  const id = Object.keys(lockOf(secret()).Test)[0];
  expect(problemAfter(secret({ secretName: 'one' }), secret({ secretName: 'other' }))).toBe([
    'Validation failed with the following errors:',
    '  [Test] the locked secret "Test/Secret/Resource" gets another name, got "other" instead of "one", so CloudFormation would define another secret with another value; '
    + `take the change of \`secretName\` back; or remove "${id}" below "Test" from "cdk-guarded-secrets/locked-values" in cdk.context.json, if that is what you want`,
  ].join('\n'));
});

test.each([[undefined, '"one"', 'none'], ['one', 'none', '"one"']])('refuses a name that comes or goes (%p before)', (before, got, instead) => {
  expect(problemAfter(secret({ secretName: before }), secret({ secretName: before === undefined ? 'one' : undefined })))
    .toContain(`gets another name, got ${got} instead of ${instead}`);
});

describe('a construct that moved', () => {
  const moved: Define = (stack) => new GuardedSecret(new Construct(stack, 'Team'), 'Secret');

  test('is refused: its logical id follows its path', () => {
    expect(problemAfter(secret(), moved)).toContain('the locked secret "Test/Secret/Resource" is not defined any more, and CloudFormation takes one under another path or id for another secret with another value; '
      + 'take the change of path or id back, or give the resource its id by `overrideLogicalId`');
  });

  test('is taken when it keeps its logical id', () => {
    const lock = lockOf(secret());
    const stack = lockedStack(lock, (scope) => {
      const { secret: of } = moved(scope) as GuardedSecret;
      (of.node.defaultChild as secretsmanager.CfnSecret).overrideLogicalId(Object.keys(lock.Test)[0]);
    });
    expect(() => template(stack)).not.toThrow();
  });
});

describe('takes', () => {
  test.each<[string, Define, Define]>([
    ['what is locked', secret(), secret()],
    ['a description', secret(), secret({ description: 'Key of a partner' })],
    ['fields in another order', field({}), field({ fields: { region: 'north', username: 'app' } })],
    ['one more secret', secret(), (stack) => [secret()(stack), new GuardedSecret(stack, 'Other')]],
  ])('%s', (_, before, after) => {
    const stack = lockedStack(lockOf(before), after);
    expect(() => template(stack)).not.toThrow();
  });

  test('the change once the lock is taken away', () => {
    const lock = lockOf(secret());
    const { [Object.keys(lock.Test)[0]]: unlocked, ...others } = lock.Test;
    expect(unlocked).toBeDefined();
    const stack = lockedStack({ Test: others }, secret({ secretName: 'other' }));
    expect(() => template(stack)).not.toThrow();
  });

  test('a change in another stack than the locked one', () => {
    const stack = lockedStack({ Elsewhere: lockOf(secret()).Test }, secret({ secretName: 'other' }));
    expect(() => template(stack)).not.toThrow();
  });
});

test('names every secret that would get another value', () => {
  const two = (length: number): Define => (stack) => ['One', 'Other'].map((id) => new GuardedSecret(stack, id, { content: SecretContent.generatedString({ length }) }));
  const problem = problemAfter(two(40), two(50));
  expect(problem).toContain('"Test/One/Resource" gets another');
  expect(problem).toContain('"Test/Other/Resource" gets another');
});

test('the lock holds neither a value nor what it is generated from', () => {
  expect(JSON.stringify(lockOf(field({ fields: { username: 'app', hint: 'not-to-be-told' } })))).not.toContain('not-to-be-told');
});
