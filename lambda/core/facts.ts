import { RotationError } from './errors';
import { SECRET_FACTS_PREFIX, SecretFacts } from '../../src/handler-contract';

const STRATEGIES: ReadonlySet<string> = new Set<SecretFacts['strategy']>(['single-user']);
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
  const missing = ['secret', 'strategy', 'host', 'port'].filter((field) => typeof value[field] !== 'string' || value[field] === '');
  const problems = missing.map((field) => `${name} has no "${field}"`);
  const { secret, strategy, port } = value;
  if (!missing.includes('secret') && !/^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/.test(String(secret))) problems.push(`"secret" in ${name} is not the ARN of a secret`);
  if (!missing.includes('strategy') && !STRATEGIES.has(String(strategy))) problems.push(`"strategy" in ${name} is ${JSON.stringify(strategy)}, not one of ${[...STRATEGIES].join(', ')}`);
  if (!missing.includes('port') && !isPort(String(port))) problems.push(`"port" in ${name} is ${JSON.stringify(port)}, not a port`);
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
