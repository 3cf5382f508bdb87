import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { RotationConfig } from './rotation-config';
import { acknowledgeIngress } from '../private/ingress-findings';

/**
 * Lets a function reach a database. Said from the side of the function, so that the rules stand in its stack: the stack of
 * the database must not need that one.
 */
export function connect(connections: ec2.Connections, { connectable, facts }: RotationConfig, vpc: ec2.IVpc | undefined): void {
  const port = facts?.port;
  if (connectable && connectable.connections.securityGroups.length > 0) {
    acknowledgeIngress([connections, connectable.connections], () => connections.allowToDefaultPort(connectable, 'Rotation of secrets'));
  } else if (vpc && port !== undefined) {
    // The group of the database is not known: the function is let out, and whoever owns the database lets it in.
    connections.allowTo(ec2.Peer.anyIpv4(), Token.isUnresolved(port) ? ec2.Port.allTcp() : ec2.Port.tcp(Number(port)), 'Database of the rotation');
  }
}
