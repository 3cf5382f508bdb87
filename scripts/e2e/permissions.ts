import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, REGION } from './emulator';
import { Journal } from './journal';
import { ServiceError } from '../../cli/local-aws';

/** What Secrets Manager asks KMS for, in the name of the caller. */
const KEY_ACTIONS: { readonly [operation: string]: readonly string[] } = {
  GetSecretValue: ['kms:Decrypt'],
  PutSecretValue: ['kms:GenerateDataKey', 'kms:Decrypt'],
};

/** The evaluation takes keys of conditions by the names in the service's list only, where this is a placeholder. */
const ENCRYPTION_CONTEXT = 'kms:EncryptionContext:SecretARN';
const LISTED_ENCRYPTION_CONTEXT = 'kms:EncryptionContext:${EncryptionContextKey}';

interface Question {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: { readonly [key: string]: string };
  readonly identityPolicies?: readonly unknown[];
  readonly resourcePolicy?: unknown;
}

/** Decides by the policies that are deployed at that moment, since the emulator lets everybody do everything. */
export class Permissions {
  /** How many requests were allowed. */
  public allowed = 0;

  /** Requests that were refused. */
  public readonly refusals: string[] = [];

  public constructor(private readonly journal: Journal) {}

  /** @throws AccessDeniedException unless policies allow a role its request to Secrets Manager */
  public async checkRequest(role: string, operation: string, secretArn: string, keyArn?: string): Promise<void> {
    const caller = { principal: `arn:aws:iam::${ACCOUNT}:role/${role}`, identityPolicies: this.policiesOf(role) };
    await this.check({
      ...caller,
      action: `secretsmanager:${operation}`,
      resource: secretArn,
      resourcePolicy: this.policyOfSecret(secretArn),
      // Connections to the emulator are not encrypted, those to AWS always are.
      context: { 'aws:SecureTransport': 'true' },
    });
    if (keyArn === undefined) return;
    const context = { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`, [LISTED_ENCRYPTION_CONTEXT]: secretArn };
    for (const action of KEY_ACTIONS[operation] ?? []) {
      await this.check({ ...caller, action, resource: keyArn, resourcePolicy: this.policyOfKey(keyArn), context });
    }
  }

  /** @throws AccessDeniedException unless the policy of a function allows Secrets Manager to invoke it for a secret */
  public checkInvocation(functionArn: string, secretArn: string, functionPolicy: unknown): Promise<void> {
    return this.check({
      principal: 'secretsmanager.amazonaws.com',
      action: 'lambda:InvokeFunction',
      resource: functionArn,
      resourcePolicy: functionPolicy,
      context: { 'aws:SourceArn': secretArn, 'aws:SourceAccount': ACCOUNT },
    });
  }

  private async check({ principal, action, resource, context, identityPolicies = [], resourcePolicy }: Question): Promise<void> {
    const result = await runSimulation({
      request: { principal, action, resource: { resource, accountId: ACCOUNT }, contextVariables: context },
      identityPolicies: identityPolicies.map((policy, index) => ({ name: `policy ${index}`, policy: withListedKeys(policy) })),
      resourcePolicy: resourcePolicy && withListedKeys(resourcePolicy),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    }, {});
    if (result.resultType === 'error') throw new Error(`${action} cannot be decided: ${JSON.stringify(result.errors)}`);
    if (result.overallResult === 'Allowed') {
      this.allowed++;
      return;
    }
    const refusal = `${principal} is not authorized to perform ${action} on ${resource} (${result.overallResult})`;
    this.refusals.push(refusal);
    throw new ServiceError('AccessDeniedException', refusal);
  }

  private policiesOf(role: string): unknown[] {
    return ['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy'].flatMap((type) => this.journal.resources(type))
      .filter(({ properties }) => (properties?.Roles as string[] | undefined)?.includes(role))
      .map(({ properties }) => properties?.PolicyDocument);
  }

  private policyOfSecret(arn: string): unknown {
    return this.journal.resources('AWS::SecretsManager::ResourcePolicy').find(({ properties }) => properties?.SecretId === arn)?.properties?.ResourcePolicy;
  }

  private policyOfKey(arn: string): unknown {
    return this.journal.resources('AWS::KMS::Key').find(({ physicalId }) => arn.endsWith(`/${physicalId}`))?.properties?.KeyPolicy;
  }
}

function withListedKeys(policy: unknown): unknown {
  return JSON.parse(JSON.stringify(policy).replaceAll(ENCRYPTION_CONTEXT, LISTED_ENCRYPTION_CONTEXT));
}
