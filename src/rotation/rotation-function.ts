import { Duration, Lazy, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allowLogEncryption, stackKey } from '../encryption/stack-key';
import { OPERATOR_ALIAS, SECRET_FACTS_PREFIX } from '../handler-contract';
import { FunctionControls } from './function-controls';
import { FunctionPolicies } from './function-policies';
import { configurationHash, factsSize, FACTS_BUDGET } from './function-sharing';
import { RotationConfig } from './rotation-config';
import { RotationFunctionProps } from './rotation-function-props';
import { administratorOf, withKey } from './rotation-policy';
import { bundleFolder } from '../private/bundles';
import { warnWithoutSecretsManager } from '../private/network-check';
import { firstWithRoom } from '../private/numbered';
import { shortAddress } from '../private/short-address';

/** The runtime of the bundled functions. Its constant is newer than the oldest CDK that this library works with. */
const RUNTIME = new lambda.Runtime('nodejs24.x', lambda.RuntimeFamily.NODEJS, { supportsInlineCode: true });

/** Amazon's certificate authorities, the ones of RDS among them, as Lambda ships them for Node.js. */
const AMAZON_CERTIFICATES = '/var/runtime/ca-cert.pem';

const HTTPS = ec2.Port.tcp(443);

/**
 * The function that rotates secrets, with its role, policies, log group and security group.
 *
 * Rotators share one function per stack and configuration; it serves only the secrets that were deployed for it.
 */
export class RotationFunction extends Construct implements ec2.IConnectable, iam.IGrantable {
  /**
   * The function of the stack with this configuration. It is defined on first use, and another one when the facts of a
   * further secret would not fit into its environment (4 KB), or the rights on it into its policy (6,144 characters).
   *
   * @param scope any construct of the stack
   * @param props the configuration
   * @param secret the secret that is to be rotated
   * @param rotation what its rotation wants
   * @param encryptionKey the key of the secret, where the secret object does not know it
   */
  public static shared(
    scope: Construct, props: RotationFunctionProps, secret: secretsmanager.ISecret, rotation: RotationConfig, encryptionKey?: kms.IKey,
  ): RotationFunction {
    return firstWithRoom(
      scope,
      `GuardedSecretsRotation${configurationHash(props)}`,
      (existing: RotationFunction) => existing.hasRoomFor(secret, rotation, encryptionKey),
      (stack, id) => new RotationFunction(stack, id, props),
    );
  }

  /** The function. */
  public readonly lambdaFunction: lambda.Function;

  /** The role of the function. */
  public readonly role: iam.IRole;

  /** The logs of the function: JSON lines without any secret. */
  public readonly logGroup: logs.LogGroup;

  /** The key that encrypts logs and environment. */
  public readonly encryptionKey: kms.IKey;

  /** The dead-letter queue of the function, if it has one. */
  public readonly deadLetterQueue?: sqs.IQueue;

  public readonly grantPrincipal: iam.IPrincipal;

  private readonly operatorAlias: lambda.Alias;
  private readonly policies: FunctionPolicies;
  private readonly secrets: secretsmanager.ISecret[] = [];
  private usedFactsSize = 0;

  public constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);

    this.encryptionKey = props.functionEncryptionKey ?? stackKey(this);
    allowLogEncryption(this, this.encryptionKey);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      encryptionKey: this.encryptionKey,
      retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.role = props.role ?? new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Rotates secrets of stack ${Stack.of(this).stackName}`,
    });
    this.grantPrincipal = this.role.grantPrincipal;
    this.policies = new FunctionPolicies(this, { role: this.role, logGroup: this.logGroup, inVpc: props.vpc !== undefined });
    const controls = new FunctionControls(this, props, this.role);
    this.deadLetterQueue = controls.deadLetterQueue;

    this.lambdaFunction = new lambda.Function(this, 'Resource', {
      description: `Rotates secrets (cdk-guarded-secrets, ${props.bundle})`,
      code: lambda.Code.fromAsset(bundleFolder(this, props.bundle)),
      handler: 'index.handler',
      runtime: RUNTIME,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memorySize ?? 256,
      timeout: props.timeout ?? Duration.minutes(1),
      role: this.role,
      logGroup: this.logGroup,
      environmentEncryption: this.encryptionKey,
      environment: { NODE_EXTRA_CA_CERTS: AMAZON_CERTIFICATES },
      reservedConcurrentExecutions: controls.reservedConcurrentExecutions,
      ...(props.vpc && {
        vpc: props.vpc,
        vpcSubnets: props.vpcSubnets,
        securityGroups: props.securityGroups ?? [this.defineSecurityGroup(props.vpc)],
      }),
    });
    controls.applyTo(this.lambdaFunction);
    // Lambda checks at creation that the role may define network interfaces.
    this.lambdaFunction.node.addDependency(this.policies.execution);
    this.definePermission();
    this.operatorAlias = new lambda.Alias(this, 'Operator', {
      aliasName: OPERATOR_ALIAS,
      version: this.lambdaFunction.latestVersion,
      description: 'Takes the events of operators: inspect, adopt, abort, reset',
    });
    if (props.vpc) warnWithoutSecretsManager(this, props.vpc, props.vpcSubnets);
  }

  /** The security groups of the function. */
  public get connections(): ec2.Connections {
    return this.lambdaFunction.isBoundToVpc ? this.lambdaFunction.connections : new ec2.Connections();
  }

  /**
   * Deploys a secret for the function: the facts that the function holds against the secret, and the rights on it.
   *
   * @param secret the secret
   * @param rotation what its rotation wants
   * @param encryptionKey the key of the secret, where the secret object does not know it
   */
  public addSecret(secret: secretsmanager.ISecret, rotation: RotationConfig, encryptionKey?: kms.IKey): void {
    this.secrets.push(secret);
    this.usedFactsSize += factsSize(secret, rotation);
    this.lambdaFunction.addEnvironment(
      `${SECRET_FACTS_PREFIX}${shortAddress(secret)}`,
      Stack.of(this).toJsonString({ secret: secret.secretFullArn ?? secret.secretArn, ...rotation.facts }),
    );
    this.policies.rotation.addRotatedSecret(withKey(secret, encryptionKey));
    const administrator = administratorOf(rotation);
    if (administrator) this.policies.rotation.addAdminSecret(administrator);
  }

  /**
   * Lets a principal invoke the function, which Secrets Manager asks for when somebody starts a rotation by hand. It does
   * not let it operate: see `grantOperate`.
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    // `grantInvoke` of the function would allow its aliases too, among them the one of the operators.
    return this.lambdaFunction.grantInvokeLatestVersion(grantee);
  }

  /**
   * Lets a principal find out and repair what a rotation left, for all secrets of the function: which versions log in
   * (`inspect`), make one of them AWSCURRENT (`adopt`), give a rotation up (`abort`), give the database the password of
   * AWSCURRENT (`reset`). None of them tells a value. They are events for the alias `operator`, on which alone the
   * principal gets rights.
   *
   * @see https://github.com/cdk-guarded-secrets/cdk-guarded-secrets/blob/main/docs/runbooks/README.md
   */
  public grantOperate(grantee: iam.IGrantable): iam.Grant {
    return this.operatorAlias.grantInvoke(grantee);
  }

  /**
   * Lets the service copy to a replica what the function changes.
   *
   * @internal
   */
  public _allowCopies(statement: iam.PolicyStatement): void {
    this.policies.copies.add(statement);
  }

  private hasRoomFor(secret: secretsmanager.ISecret, rotation: RotationConfig, encryptionKey?: kms.IKey): boolean {
    return this.usedFactsSize + factsSize(secret, rotation) <= FACTS_BUDGET
      && this.policies.rotation.hasRoomFor(withKey(secret, encryptionKey), administratorOf(rotation));
  }

  private defineSecurityGroup(vpc: ec2.IVpc): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      allowAllOutbound: false,
      description: `Rotation of secrets, ${Names.uniqueId(this)}`.slice(0, 255),
    });
    group.addEgressRule(ec2.Peer.anyIpv4(), HTTPS, 'Secrets Manager');
    return group;
  }

  /**
   * One statement, however many secrets: a dedicated function may be invoked for its secret, a shared one for the
   * secrets of the account in this Region. Which of them it serves is fixed by its environment.
   */
  private definePermission(): void {
    const stack = Stack.of(this);
    new lambda.CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      principal: 'secretsmanager.amazonaws.com',
      functionName: this.lambdaFunction.functionArn,
      sourceAccount: stack.account,
      sourceArn: Lazy.string({ produce: () => this.permittedSecrets() }),
    });
  }

  private permittedSecrets(): string {
    const [first, ...others] = this.secrets;
    if (first?.secretFullArn && others.length === 0) return first.secretFullArn;
    return Stack.of(this).formatArn({ service: 'secretsmanager', resource: 'secret:*' });
  }
}
