import { Deployment, REGION, UnresolvedVariable } from './deployment';
import { FunctionProcess } from './function-process';
import { findNode, NodeRuntime } from './node-runtimes';
import { Plan, PlannedRotation } from './plan';
import { SecretDeployer } from './secret-deployer';
import { FUNCTION_KEY } from './secrets-manager';
import { StandIns } from './stand-ins';
import { SECRET_FACTS_PREFIX } from '../../src/handler-contract';

/** A deployed function. */
export interface DeployedFunction {
  readonly process: FunctionProcess;
  readonly node: NodeRuntime;
  /** Variables of which the rotation knows less than it would in AWS, and why. */
  readonly unresolved: string[];
}

export interface FunctionDeployerOptions {
  readonly plan: Plan;
  readonly projectFolder: string;
  readonly secrets: SecretDeployer;
  readonly standIns: StandIns;
  readonly secretsManagerUrl: string;
  /** File with the certificate that functions trust. */
  readonly authorityFile: string;
}

/** Deploys functions as they are in the app, apart from the addresses of what stands in for AWS. */
export class FunctionDeployer {
  private readonly functions: FunctionProcess[] = [];

  public constructor(private readonly options: FunctionDeployerOptions) {}

  /** Starts nothing yet: the process of a function comes with its first invocation, as in Lambda. */
  public async deploy(rotation: PlannedRotation): Promise<DeployedFunction> {
    const { plan, secrets, standIns, projectFolder } = this.options;
    const { rotationFunction, code } = rotation;
    const { Runtime, Handler, Timeout = 3, MemorySize = 128 } = (rotationFunction.resource.Properties ?? {}) as {
      readonly Runtime: string; readonly Handler: string; readonly Timeout?: number; readonly MemorySize?: number;
    };
    const { variables, unresolved } = new Deployment(plan.stacks, secrets.arns, await standIns.endpoints()).environment(rotationFunction);
    const node = findNode(Runtime, projectFolder);
    const process = new FunctionProcess({
      node: node.program,
      code,
      handler: Handler,
      timeoutMillis: Timeout * 1000,
      memoryMegabytes: MemorySize,
      environment: { ...variables, ...this.lambdaEnvironment(rotationFunction.id) },
    });
    this.functions.push(process);
    return { process, node, unresolved: ownOnly(rotation, unresolved).map(({ name, reason }) => `${name} (${reason})`) };
  }

  public close(): void {
    for (const process of this.functions) process.kill();
  }

  /** What Lambda adds to the environment, and how the function finds the stand-ins for AWS. */
  private lambdaEnvironment(name: string): { [name: string]: string } {
    return {
      PATH: process.env.PATH ?? '',
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: FUNCTION_KEY,
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      AWS_SESSION_TOKEN: 'rehearsal',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_EXECUTION_ENV: 'guarded-secrets-rehearsal',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.options.secretsManagerUrl,
      SECRETS_MANAGER_ENDPOINT: this.options.secretsManagerUrl,
      NODE_EXTRA_CA_CERTS: this.options.authorityFile,
    };
  }
}

/** The facts of other secrets are missing when those are not rehearsed, which says nothing about this one. */
function ownOnly({ facts }: PlannedRotation, unresolved: readonly UnresolvedVariable[]): readonly UnresolvedVariable[] {
  return facts === undefined ? unresolved : unresolved.filter(({ name }) => !name.startsWith(SECRET_FACTS_PREFIX));
}
