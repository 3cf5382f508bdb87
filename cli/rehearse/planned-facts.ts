import { AssemblyStack } from './assembly';
import { ACCOUNT, Deployment, REGION } from './deployment';
import { NotRehearsable } from './not-rehearsable';
import { keyOf, Located, resourcesOf } from './resources';
import { SECRET_FACTS_PREFIX, SecretFacts } from '../../src/handler-contract';

/** What a function of this library is told of a secret, apart from addresses, which are others in a rehearsal. */
export interface PlannedFacts extends Pick<SecretFacts, 'strategy' | 'username' | 'otherUsername' | 'role' | 'create' | 'dualPasswords'> {
  /** The secret of the administrator, or the database whose administrator's secret the service manages. */
  readonly adminSecret?: Located;
}

/** Deploys an app on paper, where each secret has an ARN that tells it from the others. */
export class FactsReader {
  private readonly secrets: ReadonlyMap<string, Located>;
  private readonly deployment: Deployment;

  public constructor(stacks: readonly AssemblyStack[]) {
    const databases = stacks.flatMap((stack) => resourcesOf(stack, 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'));
    const holders = [...stacks.flatMap((stack) => resourcesOf(stack, 'AWS::SecretsManager::Secret')), ...databases];
    this.secrets = new Map(holders.map((holder) => [arnOnPaper(holder), holder]));
    this.deployment = new Deployment(
      stacks,
      new Map(holders.map((holder) => [keyOf(holder), arnOnPaper(holder)])),
      new Map(databases.map((database) => [keyOf(database), { host: 'localhost', port: 1 }])),
    );
  }

  /**
   * The facts of a secret; none for functions that are not of this library.
   *
   * @throws NotRehearsable if they name an administrator whom the app does not define
   */
  public read(rotationFunction: Located, secret: Located): PlannedFacts | undefined {
    const { variables } = this.deployment.environment(rotationFunction);
    const facts = Object.entries(variables)
      .filter(([name]) => name.startsWith(SECRET_FACTS_PREFIX))
      .map(([, value]) => parse(value))
      .find((candidate) => candidate?.secret === arnOnPaper(secret));
    if (facts === undefined) return undefined;
    const { adminSecret: adminArn, strategy, username, otherUsername, role, create, dualPasswords } = facts;
    const adminSecret = adminArn === undefined ? undefined : this.secrets.get(adminArn);
    if (adminArn !== undefined && adminSecret === undefined) throw new NotRehearsable('the secret of the administrator is not defined in the app');
    return { strategy, username, otherUsername, role, create, dualPasswords, adminSecret };
  }
}

function arnOnPaper(holder: Located): string {
  return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${keyOf(holder)}`;
}

function parse(text: string): SecretFacts | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
