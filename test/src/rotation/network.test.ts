import { App, NestedStack, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { DatabaseEngine, DatabaseTarget, GuardedDatabaseSecret } from '../../../src';
import { asList, count, isolatedVpc, Json, newStack, only, postgresInstance, resources, rotatedLogin, rotatedStack, vpcWithoutWayOut, warnings } from '../vocabulary';

const SECRETS_MANAGER = { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER };
const FUNCTION = 'AWS::Lambda::Function';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

describe('a function without a way to Secrets Manager', () => {
  const WARNING = 'the function runs in isolated subnets of "Test/Vpc" and this app defines no endpoint for Secrets Manager there, so every rotation would time out; add one with `vpc.addInterfaceEndpoint(\'SecretsManager\', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER })`, or choose subnets with NAT in `vpcSubnets`';

  test('is warned about, once', () => {
    const stack = newStack();
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc: vpcWithoutWayOut(stack) }));
    expect(warnings(stack)).toEqual([WARNING]);
  });

  test('is warned about when only another endpoint is there', () => {
    const stack = newStack();
    const vpc = vpcWithoutWayOut(stack);
    vpc.addInterfaceEndpoint('Logs', { service: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS });
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc }));
    expect(warnings(stack)).toEqual([WARNING]);
  });

  test('is warned about when the endpoint is in another VPC', () => {
    const stack = newStack();
    isolatedVpc(stack, 'OtherVpc');
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc: vpcWithoutWayOut(stack) }));
    expect(warnings(stack)).toEqual([WARNING]);
  });

  test('is warned about when the endpoint is in a VPC of another stack that has the same logical id', () => {
    const stack = newStack();
    isolatedVpc(newStack({}, 'Other', stack.node.root as App));
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc: vpcWithoutWayOut(stack) }));
    expect(warnings(stack)).toEqual([WARNING]);
  });
});

describe('no warning', () => {
  test('with an endpoint of the VPC', () => {
    expect(warnings(rotatedStack().stack)).toEqual([]);
  });

  test('with an endpoint that is defined after the rotation', () => {
    const stack = newStack();
    const vpc = vpcWithoutWayOut(stack);
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc }));
    vpc.addInterfaceEndpoint('SecretsManager', SECRETS_MANAGER);
    expect(warnings(stack)).toEqual([]);
  });

  test('with an endpoint apart from the VPC', () => {
    const stack = newStack();
    const vpc = vpcWithoutWayOut(stack);
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc }));
    new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', { vpc, ...SECRETS_MANAGER });
    expect(warnings(stack)).toEqual([]);
  });

  test('with an endpoint from another stack of the app', () => {
    const stack = newStack();
    const vpc = vpcWithoutWayOut(stack);
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc }));
    new ec2.InterfaceVpcEndpoint(newStack({}, 'Network', stack.node.root as never), 'Endpoint', { vpc, ...SECRETS_MANAGER });
    expect(warnings(stack)).toEqual([]);
  });

  test('with NAT', () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } }));
    expect(warnings(stack)).toEqual([]);
  });
});

describe('an endpoint', () => {
  test.each(['before', 'after'])('defined %s the rotation exists before the schedule, and after its security group', (when) => {
    const stack = newStack();
    const vpc = vpcWithoutWayOut(stack);
    const database = postgresInstance(stack, 'Database', { vpc });
    const define = () => vpc.addInterfaceEndpoint('SecretsManager', SECRETS_MANAGER);
    if (when === 'before') define();
    rotatedLogin(stack, database);
    if (when === 'after') define();

    const endpoint = only(stack, 'AWS::EC2::VPCEndpoint');
    expect(only(stack, SCHEDULE).dependsOn).toContain(endpoint.id);
    expect(endpoint.properties.SecurityGroupIds[0]['Fn::GetAtt'][0]).toContain('SecretsManagerSecurityGroup');
  });
});

test('a login in a nested stack does not hold up the schedule of one in its parent', () => {
  const stack = newStack();
  const database = postgresInstance(stack);
  rotatedLogin(stack, database);
  const nested = new NestedStack(stack, 'Nested');
  rotatedLogin(nested, database, { username: 'report' });
  expect(count(nested, 'AWS::EC2::SecurityGroupIngress')).toBe(1);
  expect(only(stack, SCHEDULE).dependsOn.filter((id) => id.startsWith('Nested'))).toEqual([]);
});

describe('the function', () => {
  test('runs beside the database, in a group of its own that lets out HTTPS and the database only', () => {
    const { stack } = rotatedStack();
    const { VpcConfig } = only(stack, FUNCTION).properties;
    const own = VpcConfig.SecurityGroupIds[0]['Fn::GetAtt'][0];
    expect(VpcConfig.SubnetIds).toHaveLength(2);
    expect(resources(stack, 'AWS::EC2::SecurityGroup')[own].Properties.SecurityGroupEgress)
      .toEqual([{ CidrIp: '0.0.0.0/0', Description: 'Secrets Manager', FromPort: 443, IpProtocol: 'tcp', ToPort: 443 }]);
    expect(only(stack, 'AWS::EC2::SecurityGroupEgress').properties.GroupId['Fn::GetAtt'][0]).toBe(own);
  });

  test('is let in by the database, on its port', () => {
    const { stack } = rotatedStack();
    const port = { 'Fn::GetAtt': [only(stack, 'AWS::RDS::DBInstance').id, 'Endpoint.Port'] };
    expect(only(stack, 'AWS::EC2::SecurityGroupIngress').properties).toMatchObject({ IpProtocol: 'tcp', FromPort: port, ToPort: port, Description: 'Rotation of secrets' });
  });

  test('runs in the subnets and groups of the user', () => {
    const stack = newStack();
    const vpc = isolatedVpc(stack);
    const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0');
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc }), { vpcSubnets: { availabilityZones: [vpc.availabilityZones[0]] }, securityGroups: [group] });
    expect(only(stack, FUNCTION).properties.VpcConfig).toMatchObject({ SecurityGroupIds: ['sg-0123456789abcdef0'], SubnetIds: [expect.anything()] });
  });

  test('runs in the VPC of the user rather than in that of the database', () => {
    const stack = newStack();
    const other = isolatedVpc(stack, 'Other');
    rotatedLogin(stack, postgresInstance(stack), { vpc: other });
    expect(asList<Json>(only(stack, FUNCTION).properties.VpcConfig.SubnetIds)[0].Ref).toMatch(/^Other/);
  });
});

describe('a database whose security groups are not known', () => {
  function egress(define: (stack: Stack, vpc: ec2.IVpc) => DatabaseTarget): Json[] {
    const stack = newStack();
    const database = define(stack, isolatedVpc(stack));
    new GuardedDatabaseSecret(stack, 'Login', { database, username: 'app' });
    const [group] = Object.values(resources(stack, 'AWS::EC2::SecurityGroup')).filter(({ Properties }) => Properties.GroupDescription.startsWith('Rotation of secrets'));
    return group.Properties.SecurityGroupEgress.map(({ FromPort, ToPort }: Json) => [FromPort, ToPort]);
  }

  test('is reached at its port', () => {
    expect(egress((_, vpc) => DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', port: 6432, vpc })))
      .toEqual([[443, 443], [6432, 6432]]);
  });

  test('is reached at its port when it was imported', () => {
    expect(egress((stack, vpc) => DatabaseTarget.rdsInstance(rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Imported', {
      instanceIdentifier: 'db', instanceEndpointAddress: 'db.example.com', port: 5433, securityGroups: [],
    }), { engine: DatabaseEngine.POSTGRES, vpc }))).toEqual([[443, 443], [5433, 5433]]);
  });
});
