import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { acknowledge } from './acknowledge';

/** The rules fail on a port that only a deployment knows, before they look at who is let in. */
const UNREADABLE = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321']
  .flatMap((pack) => [`${pack}-EC2RestrictedCommonPorts`, `${pack}-EC2RestrictedSSH`])
  .map((id) => ({ id, reason: 'the rule cannot read the port of the database, which a deployment decides; only the security group of the rotation function is let in' }));

/**
 * Acknowledges what rule packs find in the ingress rules that an action adds to security groups.
 */
export function acknowledgeIngress(connections: ec2.Connections[], allow: () => void): void {
  const known = new Set(ingressRules(connections));
  allow();
  for (const rule of ingressRules(connections)) {
    if (!known.has(rule) && Token.isUnresolved(rule.fromPort)) acknowledge(rule, ...UNREADABLE);
  }
}

function ingressRules(connections: ec2.Connections[]): ec2.CfnSecurityGroupIngress[] {
  return connections.flatMap(({ securityGroups }) => securityGroups)
    .flatMap(({ node }) => node.children)
    .filter((child) => child instanceof ec2.CfnSecurityGroupIngress);
}
