import { RotationError } from './errors';
import { Privileges, SECRET_FACTS_PREFIX, SecretFacts } from '../../src/handler-contract';

/** What each strategy needs besides what all need. */
const STRATEGIES: { readonly [strategy in SecretFacts['strategy']]: readonly (keyof SecretFacts)[] } = {
  'single-user': [],
  'admin-assisted': ['adminSecret', 'username'],
  'alternating-users': ['adminSecret', 'username', 'otherUsername'],
};
const PRIVILEGES: readonly Privileges[] = ['none', 'read-only', 'read-write', 'all'];
const SECRET_ARN = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/;
const LARGEST_PORT = 65_535;

/** What Secrets Manager appends to the name of a secret in its complete ARN. */
const SUFFIX = /^-[A-Za-z0-9]{6}$/;

/** The secrets that the function was deployed for. */
export class DeployedSecrets {
  /** @throws CONFIG with all problems at once */
  public static fromEnvironment(environment: { readonly [name: string]: string | undefined }): DeployedSecrets {
    const variables = Object.entries(environment).filter(([name]) => name.startsWith(SECRET_FACTS_PREFIX));
    const problems = variables.flatMap(([name, value]) => problemsOf(name, value ?? ''));
    if (problems.length > 0) throw new RotationError('CONFIG', `the environment of the function is not valid: ${problems.join('; ')}`);
    if (variables.length === 0) throw new RotationError('CONFIG', `the environment of the function names no secret: no variable starts with ${SECRET_FACTS_PREFIX}`);
    return new DeployedSecrets(variables.map(([, value]) => JSON.parse(value ?? '')));
  }

  private constructor(private readonly facts: readonly SecretFacts[]) {}

  /** @throws CONFIG when the function was not deployed for the secret */
  public get(arn: string): SecretFacts {
    const found = this.facts.find(({ secret }) => secret === arn)
      ?? this.facts.find(({ secret }) => arn.startsWith(secret) && SUFFIX.test(arn.slice(secret.length)));
    if (found) return found;
    throw new RotationError('CONFIG', 'the function was not deployed for this secret', { hint: 'rotate it with the function that its stack deploys' });
  }
}

function problemsOf(name: string, text: string): string[] {
  const value = parse(text);
  if (value === undefined) return [`${name} is not a JSON object`];
  const { strategy, port, create } = value;
  const needed = ['secret', 'strategy', 'host', 'port', ...STRATEGIES[strategy as SecretFacts['strategy']] ?? []];
  const missing = needed.filter((field) => typeof value[field] !== 'string' || value[field] === '');
  const given = (field: string): boolean => value[field] !== undefined && !missing.includes(field);
  const problems = missing.map((field) => `${name} has no "${field}"`);
  for (const field of ['secret', 'adminSecret']) {
    if (given(field) && !SECRET_ARN.test(String(value[field]))) problems.push(`"${field}" in ${name} is not the ARN of a secret`);
  }
  if (given('strategy') && !Object.hasOwn(STRATEGIES, String(strategy))) {
    problems.push(`"strategy" in ${name} is ${JSON.stringify(strategy)}, not one of ${Object.keys(STRATEGIES).join(', ')}`);
  }
  if (given('port') && !isPort(String(port))) problems.push(`"port" in ${name} is ${JSON.stringify(port)}, not a port`);
  if (given('create') && !PRIVILEGES.some((privileges) => privileges === create)) {
    problems.push(`"create" in ${name} is ${JSON.stringify(create)}, not one of ${PRIVILEGES.join(', ')}`);
  }
  if (given('otherUsername') && value.username === value.otherUsername) problems.push(`"username" and "otherUsername" in ${name} are the same`);
  return problems;
}

function isPort(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= LARGEST_PORT;
}

function parse(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as { [name: string]: unknown } : undefined;
  } catch {
    return undefined;
  }
}
