import { createHash } from 'crypto';
import { Token } from 'aws-cdk-lib';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RotationConfig } from './rotation-config';
import { RotationFunctionProps } from './rotation-function-props';
import { arnLength } from '../private/secret-arn';

/** Lambda allows 4 KB for all environment variables of a function; the rest is for the variables of every function. */
export const FACTS_BUDGET = 3600;

/** Longer than the host names of RDS, which are known at deployment only. */
const UNKNOWN_VALUE_SIZE = 150;

/** TCP ports have five digits at most. */
const PORT_SIZE = 5;

/** What stands around the values: names and quotes. */
const OVERHEAD = 60;

/** The bytes that the facts of one secret take in the environment of a function, estimated from above. */
export function factsSize(secret: ISecret, { facts = {}, adminSecret }: RotationConfig): number {
  return Object.entries(facts).reduce((size, [name, value]) => size + name.length + valueSize(name, value, adminSecret) + 6, OVERHEAD + arnLength(secret));
}

function valueSize(name: string, value: string, adminSecret?: ISecret): number {
  if (!Token.isUnresolved(value)) return Buffer.byteLength(JSON.stringify(value)) - 2;
  if (name === 'adminSecret' && adminSecret) return arnLength(adminSecret);
  return name === 'port' ? PORT_SIZE : UNKNOWN_VALUE_SIZE;
}

/**
 * A hash over everything that the configuration of a function depends on. It is part of an id, so subnets count only
 * where they were chosen: another availability zone in the VPC must not give another function.
 */
export function configurationHash(props: RotationFunctionProps): string {
  const configuration = {
    bundle: props.bundle,
    vpc: props.vpc?.node.addr,
    subnets: props.vpcSubnets && props.vpc?.selectSubnets(props.vpcSubnets).subnets.map((subnet) => subnet.node.addr),
    securityGroups: props.securityGroups?.map((group) => group.node.addr),
    role: props.role?.node.addr,
    key: props.functionEncryptionKey?.node.addr,
    logRetention: props.logRetention,
    memorySize: props.memorySize,
    timeout: props.timeout?.toSeconds(),
    deadLetterQueue: props.deadLetterQueue?.node.addr,
    tracing: props.tracing,
    reservedConcurrentExecutions: props.reservedConcurrentExecutions,
    strictControls: props.strictControls,
  };
  return createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 8).toUpperCase();
}
